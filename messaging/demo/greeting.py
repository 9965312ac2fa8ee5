"""What the terminal says of a demo that was just made: the passwords, this once."""


def greeting(passwords: dict[str, str]) -> str:
    """Who may sign in, the host first: the passwords are kept nowhere but here."""
    (host, first), *others = passwords.items()
    width = max(map(len, passwords))
    lines = [f"Sign in as {host} with the password {first}", "The others, to see it through their eyes:"]
    return "\n".join([*lines, *(f"  {name:{width}}  {password}" for name, password in others)])
