"""The words of moderation: what can be reported, why, what is done about it, and the thresholds.

Every number that decides something has its name here, and the pages that explain the rules to
readers take it from here.
"""

from datetime import timedelta

# ---- What a report is about -------------------------------------------------------------------
REVIEW, PROFILE, COVER, WORK = "review", "profile", "cover", "work"
SUBJECTS = {
    REVIEW: "a review",
    PROFILE: "a profile",
    COVER: "a cover",
    WORK: "a book’s data",
}

# ---- Why: one list for reports, decisions and the ledger --------------------------------------
REASONS = {
    "spam": "Spam or advertising",
    "harassment": "Harassment of a person",
    "hate": "Hate against a group",
    "spoiler": "Gives the story away without a warning",
    "off_topic": "Not about the book",
    "undisclosed": "A hidden interest in the book",
    "private": "Private data of somebody",
    "illegal": "Against the law",
    "wrong_data": "Wrong data",
    "other": "Something else",
}
# Which of them a report about each thing can name.
REASONS_FOR = {
    REVIEW: tuple(reason for reason in REASONS if reason != "wrong_data"),
    PROFILE: ("spam", "harassment", "hate", "private", "illegal", "other"),
    COVER: ("wrong_data", "illegal", "other"),
    WORK: ("wrong_data", "spam", "illegal", "other"),
}
NEEDS_WORDS = "other"

# Reasons of decisions about a book's readers as a whole.
SURGE = "surge"
DECISION_REASONS = {**REASONS, SURGE: "Far more at once than usual"}

# ---- How much a report weighs -----------------------------------------------------------------
# What may hurt somebody is looked at sooner.
WEIGHTS = {
    "spam": 1.0,
    "harassment": 1.5,
    "hate": 1.5,
    "spoiler": 0.5,
    "off_topic": 0.5,
    "undisclosed": 1.0,
    "private": 2.0,
    "illegal": 2.0,
    "wrong_data": 0.5,
    "other": 0.5,
}
# A reporter whose reports are upheld weighs up to this many times as much, one whose reports are
# declined next to nothing; who has no record weighs once.
MOST_TRUST = 2.0
# A crowd of new accounts can't hide a review by reporting it: the first weighs this share, each
# further one less, in proportion to the reports that are there.
NEW_REPORTER = timedelta(days=30)
NEW_REPORTERS_SHARE = 0.25
# One point of weight moves a case forward in the queue as much as so much waiting.
HASTE = timedelta(hours=6)

# ---- Automatic rules --------------------------------------------------------------------------
RULES = {
    "early_links": "links from an account younger than a day",
    "repeated_text": "the same text under more than one book",
    "burst": "many reviews from one account or network within an hour",
    "listed_word": "a word on the operator’s list",
    "listed_domain": "a link to a domain on the operator’s list",
    "listed_mail_domain": "a sign-up from a listed mail domain",
    "changed_as_asked": "the author has changed what a moderator asked to be changed",
    "posted_again": "what moderators had removed has been posted once more",
}
RULE_REASONS = {
    "early_links": "spam",
    "repeated_text": "spam",
    "burst": "spam",
    "listed_word": "spam",
    "listed_domain": "spam",
    "listed_mail_domain": "spam",
    "changed_as_asked": "other",
    "posted_again": "other",
}
RULE_WEIGHTS = {
    "early_links": 1.5,
    "repeated_text": 1.5,
    "burst": 1.5,
    "listed_word": 3.0,
    "listed_domain": 3.0,
    "listed_mail_domain": 1.0,
    "changed_as_asked": 0.5,
    "posted_again": 1.0,
}
BURST_WITHIN = timedelta(hours=1)

# ---- Decisions --------------------------------------------------------------------------------
KINDS = {
    "keep": "Kept as it is",
    "mark_spoiler": "Marked as giving the story away",
    "ask_change": "Hidden until its author changes it",
    "hide": "Hidden",
    "remove": "Removed",
    "restore": "Shown again",
    "hold": "Held until a person has looked",
    "exclude": "Stars left out of the summary",
    "include": "Stars counted again",
    "warn": "Warned",
    "suspend": "Account suspended",
    "lift": "Suspension lifted",
    "lock": "Closed to new reviews for a time",
    "unlock": "Opened to new reviews again",
    "mend": "Data corrected",
    "reverse": "Taken back",
    "turn_down": "Change of data turned down",
    "put_back": "Change of data taken back",
}
# Which decisions a case about each thing can end with.
KINDS_FOR = {
    REVIEW: ("keep", "mark_spoiler", "ask_change", "hide", "remove", "restore", "exclude",
             "include", "warn", "suspend"),
    PROFILE: ("keep", "warn", "suspend"),
    COVER: ("keep", "mend", "remove"),
    WORK: ("keep", "mend", "lock"),
}  # fmt: skip
# These say that the reports were right; the others, that they were not.
UPHOLDING = ("mark_spoiler", "ask_change", "hide", "remove", "exclude", "warn", "suspend", "mend",
             "lock")  # fmt: skip
# What somebody may appeal against, and within which time.
APPEALABLE = ("mark_spoiler", "ask_change", "hide", "remove", "hold", "exclude", "warn", "suspend")
APPEAL_WITHIN = timedelta(days=183)

# Enough for who comes upon a wave of spam; more is no report but a flood itself.
MOST_REPORTS = 300
REPORTS_WITHIN = timedelta(days=1)

LONGEST_WORDS = 2_000
LONGEST_REPORT = 1_000
LONGEST_SUSPENSION = timedelta(days=366)
LONGEST_LOCK = timedelta(days=60)
CLAIM_LASTS = timedelta(minutes=15)
# After this, moderators are reminded once a day.
WAITS_TOO_LONG = timedelta(days=1)
MOST_AT_ONCE = 500

# ---- Surges -----------------------------------------------------------------------------------
# A book's last day is compared with the mean day of the weeks before it.
SURGE_PAST = timedelta(days=28)
SURGE_WITHIN = timedelta(hours=24)
SURGE_LEAST = 12
SURGE_TIMES = 6.0
