"""Where things stand in the simulator, for each size it may have."""

STYLE = """
Simulator {
    height: 1fr;
    layout: vertical;
    & > #heading { height: 1; color: $text-muted; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    & > #stage { height: 1fr; }
    & > #stage > Controls { width: 38; display: none; border-left: solid $panel; }
    &.-controls > #stage > Controls { display: block; }
    &.-narrow.-controls > #stage > Pictures { display: none; }
    &.-narrow > #stage > Controls { width: 1fr; border-left: none; }
    & > #narration { padding: 0 1; height: 2; color: $text-accent; }
    &.-saying > #narration { height: 4; }
    & > #numbers { height: 7; padding: 0 1; }
    & > #numbers > #readings { width: 2fr; height: 1fr; }
    & > #numbers > #worked { width: 3fr; height: 1fr; margin-left: 2; }
    &.-slim > #heading { height: 2; text-wrap: wrap; }
    &.-slim > #narration { height: 3; }
    &.-slim > #numbers { layout: vertical; height: 14; }
    &.-slim > #numbers > #readings { width: 1fr; height: 5; }
    &.-slim > #numbers > #worked { width: 1fr; height: 1fr; margin: 1 0 0 0; }
    &:focus > #heading { color: $text-primary; text-style: bold; }
}
"""
