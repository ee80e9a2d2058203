"""The worker: tells units that cases wait, lives so that promises may be made, deletes at night.

**What somebody beside the sender sees.** They see the sender put the phone away, and later hear
the phone of a youth worker. If the one always followed the other, every tip would have a witness.
So what is not urgent goes out on a grid: once in each quarter of an hour, at a second drawn anew
for each unit and quarter, whatever came in since. The sender's doing decides *whether* a phone
buzzes within the half hour, never *when*. What begins at opening, or falls due at read-by, is on
the same grid.

A case with danger is told at once: somebody's life weighs more than that a buzz may be matched
with the hand that wrote. Its later steps fall due on whole hours, which tell nothing of the
sender, and are told at once too. What else waits for the unit goes along in the same message.

Two points of the grid are less than half an hour apart, and no promise is shorter than an hour,
so a unit has at least half of the time that was promised.

**What a notice says.** Which queue, how many wait, the nearest deadline, where to sign in. Never
a word, a topic, a place, a language: it passes through other people's servers and lies on locked
screens. "Det haster" stands there, because the moment that it comes says so anyway.

**What is kept.** A notice that was sent keeps no time finer than the hour, like the case.

**All at once.** Each address is told in a thread of its own, so that a server that hangs delays
neither another unit's danger nor the sign that the worker lives. The threads know one notice
and no database.

**At least once.** A notice is a row first, then it is sent, then it is marked as sent. A worker
that is killed in between leaves its lease to run out, and whoever comes next sends the notice
again, under the same id: it stands in the text, and in mail as ``X-Sifra-Notice``.
"""
