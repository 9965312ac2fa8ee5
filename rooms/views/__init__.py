"""Pages of workspaces and rooms: each finds its object through the viewer, asks a service, and answers with a page or a redirect."""
