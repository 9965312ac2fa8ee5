"""A black-box proof for servers of the chat protocol: simulated people who record all that they see, and a checker of what must hold."""
