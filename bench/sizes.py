"""How much there is of everything, on both sides alike."""

TRAININGS = 500
REGISTRATIONS = 5000
PEOPLE = 2000
LIBRARIES = 40
PARTICIPANTS = 65  # of the training whose list is opened
MAILS = 2000
RACERS, SEATS, RACE_CLIENTS = 256, 200, 32
RACES = 9  # a race takes half a second, and the machine is never that even
VISITS = 300  # of the staff of one library, the first of them waiting for its director
BOOKINGS, EXPENSES, LINES, MEASURES = 20_000, 2_000, 7, 12  # of the plan whose money page is opened
