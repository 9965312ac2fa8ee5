"""A small workspace that looks alive, to try Chatsite with: `bin/run --demo`, or `bin/manage make_demo`. Nobody in it is real."""
