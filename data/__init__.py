"""Where figures come from: catalogue, CBS tables, files, the sample municipality, the store, the panel."""
