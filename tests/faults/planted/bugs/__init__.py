"""The bugs themselves. To be imported once Django is set up."""

from tests.faults.planted.bugs import clients, delivering, finding, numbering, rights, sending

__all__ = ["clients", "delivering", "finding", "numbering", "rights", "sending"]
