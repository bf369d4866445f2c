"""Hold what people write in chaos: issues, sentences that are added, comments, choices."""

from __future__ import annotations

from collections.abc import Mapping

ISSUES = (
    (
        "Checkout fails with error 500 when a voucher is used",
        "Since the release of Monday each order with a voucher fails. 140 customers wrote to us.\n"
        "Steps: put a shirt into the cart, type SUMMER, press Pay. Expected: the order is placed.",
    ),
    (
        "Let shoppers pay by invoice",
        "As a shopper I want to pay by invoice, so that I see the goods first. 40 customers ask.\n"
        "Acceptance criteria\n* The invoice comes by mail.\n* A reminder follows after 30 days.",
    ),
    ("Make the home page more modern", "It should feel fresher. Details later."),
    ("Wish lists", ""),
    (
        "Replace the job scheduler, which nobody understands",
        "The scheduler is from 2011 and has no tests. Each change takes a week. Move its 12 jobs "
        "to the queue that all other services use, and delete it.",
    ),
    (
        "Spike: can we search by picture?",
        "Try two open models on 5,000 product photos for three days, and write down how often the "
        "right product is among the first ten.",
    ),
    (
        "Upgrade the database from version 12, whose support ends",
        "Support ends in February. After that, no security fixes come. The upgrade was tried on a "
        "copy: 40 minutes without writes.",
    ),
    (
        "New platform for personalised offers",
        "Every shopper sees their own offers, in the shop, in mails and in the app. Needs a new "
        "architecture and work by several teams. Competitors have it.",
    ),
    (
        "Customer data is shown to other customers",
        "After a login, the address of another customer is shown for some seconds. It was seen "
        "three times today. GDPR: the office has to be told within 72 hours.",
    ),
    (
        "Export orders as CSV",
        "Accounting copies 200 orders a week by hand. They want a button that saves the orders of "
        "a month as CSV, with tax.",
    ),
    ("Clean up", "Old code in the cart module should go away some day."),
    (
        "Delivery dates on the product page",
        "As a customer I want to see when a parcel arrives before I order. A test in October "
        "(n = 4,200) lifted orders by 6 percent.",
    ),
)

SENTENCES = (
    "It happens about ten times a day.",
    "Three large customers wait for it; the contract is worth 90,000 euros.",
    "There is no workaround.",
    "Support knows a workaround.",
    "It must be done by the end of January.",
    "Nobody has asked for it yet.",
    "The team of payments has to help.",
    "Acceptance criteria: the page loads within two seconds.",
    "It also has to work in the app and in the shop for partners.",
    "We do not know yet how large it is.",
    "* Gift cards for shoppers",
    "* A report for the sales team",
)

COMMENTS = ("Is this still open?", "Who takes it?", "Any news?", "Is it for all shops?", "When?")
"""Questions only: none of them answers one of Sluice's. What counts as an answer depends on whether
Sluice had asked before the comment, so two runs of one plan may rightly differ."""

STATUSES = ("In Progress", "Done", "To Do")
POINTS = ("1", "2", "3", "5", "8", "13")

CHOICES: Mapping[str, tuple[str, ...]] = {
    "priority": ("Highest", "High", "Low", "Lowest"),
    "Sluice Class": ("Tech debt", "Business need", "Exploration"),
    "Sluice Gate": ("Accept", "Reject", "Defer"),
    "Sluice Score": ("12", "35", "77"),
}
"""What people set themselves in the fields that Sluice fills."""
