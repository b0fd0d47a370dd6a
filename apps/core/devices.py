"""What a browser says of itself, in the words a person would use: "Chrome, Android"."""

# The first name found speaks: Edge and Opera also call themselves Chrome, Chrome calls itself Safari.
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Opera Mini": "Opera Mini", "SamsungBrowser": "Samsung Internet",
            "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}  # fmt: skip
SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "Mac",
           "CrOS": "Chromebook", "Linux": "Linux"}  # fmt: skip


def device_of(user_agent: str) -> str:
    """Browser and system, as far as they are known; "" for a program."""
    known = (
        next((name for sign, name in names.items() if sign in user_agent), "")
        for names in (BROWSERS, SYSTEMS)
    )
    return ", ".join(filter(None, known))
