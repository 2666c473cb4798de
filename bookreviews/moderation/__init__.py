"""Reports, what moderators decide, how readers appeal, and the public ledger of it all.

vocabulary   the words: subjects, reasons, kinds of decisions, every threshold
models       cases made of reports, actions, statements, appeals, figures
permissions  who may decide what
subjects     the things all this is about
turns        whose turn it is: decisions wait for each other, in one order
reporting    readers and rules report; cases gather, weigh, and come up in the queue
flags        the automatic rules
publishing   what a reader publishes goes past them
decisions    what a decision must say
effects      what a decision does, and how it is put back
ledger       each action is entered and counted once; waits: how long cases waited
claims       who may decide: nobody on their own, one moderator at a time
deciding     one decision, or many at once; each with its entry and statement
taking_back  decisions undone, one or a whole bulk
telling      the statement for the person concerned
appealing    appeals, and what another moderator decides
surges       books about which far more is said than usual
services     suspending and erasing people
queue, desk, unusual, queries    every read: for the moderators, about one book, for everyone
"""
