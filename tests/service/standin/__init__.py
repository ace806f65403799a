"""A stand-in on loopback for the services of CBS (OData v3 and v4) and PDOK (WFS), faults included.

It is fed with saved OData v3 tables and border files, and keeps to what is known of the real services; where
those ignore a filter or refuse a request, so does it. What is not known to work is refused, so that nothing
comes to lean on it. ``python -m tests.service.standin --help`` starts it by hand.
"""

from tests.service.standin.server import CERTIFICATE, StandIn

__all__ = ["CERTIFICATE", "StandIn"]
