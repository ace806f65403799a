"""Where figures come from: catalogue, CBS tables, files, the sample municipality, the store, the panel."""

#: Stands in every export, in the health address and on Gegevens & methode.
VERSION = "0.1.0"
