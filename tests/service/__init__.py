"""The service room: a stand-in that answers on loopback the way CBS does, faults included."""
