"""The words that the generator draws from."""

CITY_BEGINNINGS = ["North", "South", "East", "West", "New", "Old", "Upper", "Lower", "Great", "Little",
                   "Ash", "Birch", "Clay", "Deer", "Elm", "Fox", "Glen", "Hazel", "Iron", "King"]  # fmt: skip
CITY_ENDINGS = ["ford", "bury", "haven", "field", "port", "bridge", "ton", "wick", "dale", "mouth"]
CITIES = [beginning + ending for ending in CITY_ENDINGS for beginning in CITY_BEGINNINGS]

CATEGORIES = ["shoes", "books", "garden", "ski", "toys", "kitchen", "music", "travel", "office", "pets"]

FIRST_NAMES = """
ann anna hannah joanna susanne marianne daniel emma liam noah mia lucas sofia oliver elena james maria peter laura
simon julia david clara thomas sarah martin alice victor irina pavel olga sergei natalia ivan helen george rosa pablo
carmen diego lucia marco paola giulia luca fatima omar leila karim yasmin mei wei jun hana kenji aiko ravi priya arjun
anita kofi ama kwame zola
""".split()

SURNAMES = """
smith jones taylor brown miller wilson moore white harris martin thompson garcia clark lewis young hall allen king
wright scott green baker adams nelson hill campbell mitchell roberts carter phillips evans turner parker collins
edwards stewart morris rogers reed cook morgan bell murphy bailey cooper richardson cox howard ward peterson gray
watson brooks kelly sanders price bennett wood barnes ross henderson coleman jenkins perry powell long patterson
hughes flores washington butler simmons foster bryant hartmann neumann ivanova petrov sokolov
""".split()

DOMAINS = (
    ["example.com", "example.net", "example.org"]
    + [
        f"{name}.{ending}"
        for name in [
            "mail",
            "post",
            "inbox",
            "letter",
            "courier",
            "parcel",
            "pigeon",
            "stamp",
            "quill",
            "paper",
            "ink",
            "seal",
        ]
        for ending in ["example", "test", "invalid"]
    ]
    + ["web.example"]
)
