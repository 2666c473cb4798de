"""Reports, what moderators decide, how readers appeal, and the public ledger of it all.

vocabulary   the words: subjects, reasons, kinds of decisions, every threshold
models       cases made of reports, actions, statements, appeals, figures
permissions  who may decide what
subjects     the things all this is about
reporting    readers and rules report; cases gather, weigh, and come up in the queue
flags        the automatic rules
effects      what a decision does, and how it is put back
deciding     one decision, many at once, taking back; each with its ledger entry and statement
appealing    appeals, and what another moderator decides
surges       books about which far more is said than usual
services     suspending and erasing people
desk, log    every read: for the moderators, and for everyone
"""
