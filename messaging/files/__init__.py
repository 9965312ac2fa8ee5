"""Files that people share: what they are called, what they are, where they lie, how they are answered."""
