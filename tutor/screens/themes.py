"""The course's own themes. `orange` and `blue` are the two classes of the figures."""

from textual.theme import Theme

DARK = Theme(
    name="chainrule-dark",
    primary="#6cb6ff",
    secondary="#8fd3d0",
    accent="#f0a252",
    warning="#e3b341",
    error="#f47b73",
    success="#7cc58a",
    foreground="#d6dbe2",
    background="#14171c",
    surface="#1b1f26",
    panel="#272d37",
    dark=True,
    variables={
        "orange": "#f0a252",
        "blue": "#6cb6ff",
        "block-cursor-background": "#2f4a66",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "bold",
        "footer-background": "#1b1f26",
        "footer-key-foreground": "#f0a252",
    },
)

LIGHT = Theme(
    name="chainrule-light",
    primary="#1b5f9e",
    secondary="#0b6b68",
    accent="#a85400",
    warning="#8a6100",
    error="#b3261e",
    success="#1f7a3c",
    foreground="#22272e",
    background="#fbfaf7",
    surface="#f3f1ec",
    panel="#e4e1d9",
    dark=False,
    variables={
        "orange": "#b85c00",
        "blue": "#1b5f9e",
        "block-cursor-background": "#c9dff3",
        "block-cursor-foreground": "#10151b",
        "block-cursor-text-style": "bold",
        "footer-background": "#efece5",
        "footer-key-foreground": "#a85400",
    },
)

CONTRAST = Theme(
    name="chainrule-contrast",
    primary="#ffffff",
    secondary="#7fffff",
    accent="#ffd75f",
    warning="#ffd75f",
    error="#ff8a80",
    success="#8dff9a",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#3a3a3a",
    dark=True,
    text_alpha=1.0,
    variables={
        "orange": "#ffaf5f",
        "blue": "#87d7ff",
        "block-cursor-background": "#ffffff",
        "block-cursor-foreground": "#000000",
        "block-cursor-text-style": "bold",
        "footer-background": "#000000",
        "footer-key-foreground": "#ffd75f",
    },
)

THEMES = (DARK, LIGHT, CONTRAST)
