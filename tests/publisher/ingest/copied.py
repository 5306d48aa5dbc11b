"""Invented articles as they lie in the clipboard after copying them from various sites, and what is in them."""

# ruff: noqa: E501 - a line of a copied text is as long as its paragraph
from typing import NamedTuple


class Copied(NamedTuple):
    """A text, and what a reader of the page would say is in it.

    ``blocks`` are kind and first words; of a picture its caption's, and its credit line.
    """

    text: str
    title: str
    blocks: list[str]
    standfirst: str | None = None
    byline: str | None = None
    source: str | None = None
    left: tuple[str, ...] = ()


BROADSHEET = Copied(
    """Skip to main content
Home > News > City
Harbour bridge opens after forty years of waiting
Harbour bridge opens after forty years of waiting | Harbour Times

The crossing links two towns that were a ferry ride apart.

By Ana Ruiz
Published 23 November 2026, 18:30 GMT
Share
Copy link

Crowds walk over the new harbour bridge at dusk
Crowds walk over the new harbour bridge at dusk
Crowds walk over the new  harbour bridge at dusk. /Elena Marsh/Northlight

PORT ALDER, Nov 23 (Reuters) - The last bolt went in on Monday morning.

How to cross

The bridge is open to walkers and cyclists. Cars will follow in spring.

• On foot, day and night
• By bicycle

Advertisement

"We will pay for it for thirty years," the mayor said.

Source: Northlight
Related articles
Ferry crews look for work
""",
    title="Harbour bridge opens after forty years of waiting",
    standfirst="The crossing links two towns that were a ferry ride apart.",
    byline="Ana Ruiz",
    source="Northlight",
    blocks=[
        "image Crowds walk over /Elena Marsh/Northlight",
        "paragraph PORT ALDER, Nov",
        "heading How to cross",
        "paragraph The bridge is",
        "list On foot, day",
        'paragraph "We will pay',
    ],
    left=("Skip to main content", "Copy link", "Advertisement", "Ferry crews look for work"),
)

BROADCASTER = Copied(
    """Storm leaves island without power for third day
25 November 2026
Tess Alder
Science reporter, Port Alder
Image source, Getty Images
Image caption,
Waves broke over the sea wall on Monday
Thousands of homes are still without electricity after the worst storm in a decade.
Engineers say it will take until Friday to reach the villages in the north.
'Nothing left'
Residents of Skarn said the wind had taken roofs, boats and a chapel bell.
Image source, PA Media
Image caption, The chapel at Skarn lost its bell
"There is nothing left to break," said Ivo Lind, who keeps the shop.
More on this story
Ten storms that changed the coast
""",
    title="Storm leaves island without power for third day",
    byline="Tess Alder, Science reporter, Port Alder",
    blocks=[
        "image Waves broke over /Getty Images",
        "paragraph Thousands of homes",
        "paragraph Engineers say it",
        "heading 'Nothing left'",
        "paragraph Residents of Skarn",
        "image The chapel at /PA Media",
        'paragraph "There is nothing',
    ],
    left=("25 November 2026", "Ten storms that changed the coast"),
)

SPANISH = Copied(
    """El puente del puerto abre tras cuarenta años

La obra une dos pueblos separados por un viaje en barco

Por María Gil
23 de noviembre de 2026

Una mujer cruza el puente nuevo con su bicicleta
Una mujer cruza el puente nuevo con su bicicleta
Una mujer cruza el puente nuevo con su bicicleta. Foto: EFE / Luis Mora

El último tornillo se colocó el lunes por la mañana.

Cómo se cruza

De momento solo se puede pasar a pie o en bicicleta.

Publicidad

Lee también: El pueblo que apagó sus farolas

Fuente: EFE
""",
    title="El puente del puerto abre tras cuarenta años",
    standfirst="La obra une dos pueblos separados por un viaje en barco",
    byline="María Gil",
    source="EFE",
    blocks=[
        "image Una mujer cruza /Luis Mora/EFE",
        "paragraph El último tornillo",
        "heading Cómo se cruza",
        "paragraph De momento solo",
    ],
    left=("Publicidad", "Lee también: El pueblo que apagó sus farolas"),
)

GERMAN = Copied(
    """Nach vierzig Jahren: Die Hafenbrücke ist offen
Von Jonas Krehl
23. November 2026, 18:30 Uhr
Die neue Brücke bei Nacht. Foto: dpa
Der letzte Bolzen saß am Montagmorgen.
Was sie gekostet hat
Die Brücke kostete 310 Millionen, wie die Hafenverwaltung mitteilte. (dpa)
""",
    title="Nach vierzig Jahren: Die Hafenbrücke ist offen",
    byline="Jonas Krehl",
    source="dpa",
    blocks=[
        "image Die neue Brücke /dpa",
        "paragraph Der letzte Bolzen",
        "heading Was sie gekostet",
        "paragraph Die Brücke kostete",
    ],
)

MAIL = Copied(
    """Council votes to keep the night bus

By Sam Rivera | November 23, 2026

The council voted nine to four on Monday to keep the night bus running
through the winter, after a petition by nurses who finish their shifts at
two in the morning.

The bus carries about sixty people a night, the company said, and loses
money on every one of them.

(Photo by Nell Okoro/Valley Post)

"It is not a business," said councillor Bea Stone. "It is a promise."
""",
    title="Council votes to keep the night bus",
    byline="Sam Rivera",
    blocks=["paragraph The council voted", "paragraph The bus carries", 'paragraph "It is not'],
    left=("November 23, 2026", "(Photo by Nell Okoro/Valley Post)"),
)

LABELLED = Copied(
    """Title: Glass frogs hide their blood when they sleep

alt: A glass frog on a leaf seen from below
title: A glass frog on a leaf, seen from below
caption: A glass frog on a leaf, seen from below. Photograph: Rui Sá/Ocelot Pictures

The frogs store nearly all their red cells in the liver, and turn clear.

https://pictures.example/frogs/sleeping.jpg
alt: Two frogs asleep on the same leaf

Nobody knows yet how they keep the blood from clotting.
""",
    title="Glass frogs hide their blood when they sleep",
    blocks=[
        "image A glass frog /Rui Sá/Ocelot Pictures",
        "paragraph The frogs store",
        "image Two frogs asleep",
        "paragraph Nobody knows yet",
    ],
    left=("alt: A glass frog on a leaf seen from below",),
)

INTERVIEW = Copied(
    """CULTURE

‘I paint what the river leaves’

Mira Holt has lived on the same barge for thirty years. A conversation about mud, light and money.

Words by Leo Brandt

“I stopped buying paint when I noticed the river gave it away”

Why the river?

It was there. I stopped buying paint when I noticed the river gave it away, and I never went back to the shop.

And the money?

There is none. My neighbour says:

“She would paint the tide if it held still for long enough.”
— Oskar Venn, boatman

That is about right.
""",
    title="‘I paint what the river leaves’",
    standfirst="Mira Holt has lived on the same barge for thirty years. A conversation about mud, light and money.",
    byline="Leo Brandt",
    blocks=[
        "heading Why the river?",
        "paragraph It was there.",
        "heading And the money?",
        "paragraph There is none.",
        "quote “She would paint",
        "paragraph That is about",
    ],
    left=("CULTURE", "“I stopped buying paint when I noticed the river gave it away”"),
)

GALLERY = Copied(
    """Ten thousand lanterns over the old town

The lanterns rose at nine, all at once. /Kay Moreno/Northlight

The festival is older than the walls, and quieter than people expect.

In pictures

The lanterns rose at nine, all at once. /Kay Moreno/Northlight
A boy holds the last lantern of the night. /Kay Moreno/Northlight
Smoke over the tower an hour later. /Jo Ek/Northlight
""",
    title="Ten thousand lanterns over the old town",
    blocks=[
        "image The lanterns rose /Kay Moreno/Northlight",
        "paragraph The festival is",
        "heading In pictures",
        "image A boy holds /Kay Moreno/Northlight",
        "image Smoke over the /Jo Ek/Northlight",
    ],
)

WIRE = Copied(
    """Volcano grounds flights for a second day
Volcano grounds flights for a second day
Ash drifts over the runway at Skarn airport, November 22, 2026. REUTERS/Ivo Lind
REYKHOLT (Reuters) - Flights stayed on the ground for a second day on Monday as ash drifted south.
Airlines said they would decide again in the evening.
Reporting by Ivo Lind; editing by Tess Alder
— Reuters
""",
    title="Volcano grounds flights for a second day",
    source="Reuters",
    blocks=["image Ash drifts over /Ivo Lind/REUTERS", "paragraph REYKHOLT (Reuters) -", "paragraph Airlines said they",
            "paragraph Reporting by Ivo"],
    left=("Volcano grounds flights for a second day",),
)  # fmt: skip

CREDIT_BELOW = Copied(
    """Old mill becomes a library
Readers moved in on Saturday
5 min read
The mill had been empty since 1987.
The reading room under the old wheel
Getty Images
Four thousand books came up the river by boat.
What comes next
A café is to open in the miller's house by May.
AFP
We use cookies to make this site better.
Accept all
© 2026 Valley Post. All rights reserved.
""",
    title="Old mill becomes a library",
    source="AFP",
    blocks=[
        "heading Readers moved in",
        "paragraph The mill had",
        "image The reading room /Getty Images",
        "paragraph Four thousand books",
        "heading What comes next",
        "paragraph A café is",
    ],
    left=("5 min read", "We use cookies to make this site better.", "© 2026 Valley Post. All rights reserved."),
)

ONE_LINE = Copied(
    """A lighthouse goes dark

The lamp was put out at midnight by its last keeper The lamp was put out at midnight by its last keeper The lamp was put out at midnight by its last keeper. /Nell Okoro/Northlight

Ships have not needed it for twenty years.

The keeper's house is to be sold. /Nell Okoro/Northlight The keeper's house is to be sold. /Nell Okoro/Northlight The keeper's house is to be sold. /Nell Okoro/Northlight

"I shall miss the noise of the sea in the stairs," he said. (Northlight News)
""",
    title="A lighthouse goes dark",
    source="Northlight News",
    blocks=[
        "image The lamp was /Nell Okoro/Northlight",
        "paragraph Ships have not",
        "image The keeper's house /Nell Okoro/Northlight",
        'paragraph "I shall miss',
    ],
)  # fmt: skip

REFRAINS = Copied(
    """What we know about the outage

The outage

The outage began at four in the morning, the company told Reuters.

Yes.

Is it over? Yes.

Yes.

1. Most homes have power.
2. Some trains run late.

The company (founded in 1921) apologised. It did so at (almost) every stop.

“We are sorry, and we know that this is not enough.”

“We are sorry, and we know that this is not enough.”

Nobody believed it.
""",
    title="What we know about the outage",
    blocks=[
        "heading The outage",
        "paragraph The outage began",
        "paragraph Yes.",
        "paragraph Is it over?",
        "paragraph Yes.",
        "list Most homes have",
        "paragraph The company (founded",
        "paragraph “We are sorry,",
        "paragraph Nobody believed it.",
    ],
)

CATALAN = Copied(
    """La llum torna al far de Port Alder
Per Núria Pons
La torre tornarà a fer llum després de vint anys, segons l'autoritat portuària.
El far, dissabte al vespre. Imatge: Núria Pons / ACN
El far, dissabte al vespre. Imatge: Núria Pons / ACN
«No hi ha res com aquesta llum», va dir el faroner.
Font: ACN
""",
    title="La llum torna al far de Port Alder",
    byline="Núria Pons",
    source="ACN",
    blocks=["paragraph La torre tornarà", "image El far, dissabte /Núria Pons/ACN", "paragraph «No hi ha"],
)

BARE = Copied(
    "Ferry cancelled\n\nThe 9:40 ferry will not run today.",
    title="Ferry cancelled",
    blocks=["paragraph The 9:40 ferry"],
)

BESIDE_TRENDS = Copied(
    """We use cookies to improve your experience. By continuing to browse our site you agree to our use of cookies.
I agree
Cookie preferences

Fire in the old ropeworks: hundreds spend the night in a school

By Marta Lind and Jon Ekdal
Published 12 March 2026 08:14 Updated 12 March 2026 11:02

More than 300 people had to leave their homes in Port Alder on Monday night.

Smoke rises over the ropeworks early on Tuesday morning.
Smoke rises over the ropeworks early on Tuesday morning.
Smoke rises over the ropeworks early on Tuesday morning. Photo: Adam Inge/TT

– I have worked for twenty years and never seen anything like it, says the head of the brigade.

"Like a wall of heat"

"It was like a wall of heat when I opened the window," says Ali Rahim, who lives on the fourth floor.

What the ropeworks held

- paint and solvents
- timber

FACTS

Built: 1904
Owner: the town

Source: TT
Share this article
Email
Read more: How to get help
Search trends
fire port alder
ropeworks
""",
    title="Fire in the old ropeworks: hundreds spend the night in a school",
    byline="Marta Lind and Jon Ekdal",
    source="TT",
    blocks=[
        "paragraph More than 300",
        "image Smoke rises over /Adam Inge/TT",
        "paragraph – I have",
        'heading "Like a wall',
        'paragraph "It was like',
        "heading What the ropeworks",
        "list paint and solvents",
        "heading FACTS",
        "paragraph Built: 1904",
        "paragraph Owner: the town",
    ],
    left=("I agree", "Search trends", "ropeworks"),
)

TRANSLATED = Copied(
    """El puerto reabre tras la tormenta
Traducido automáticamente con Azure Translator
Los primeros barcos entraron el martes por la mañana.
Un barco entra en el puerto de Skarn el martes.
Un barco entra en el puerto de Skarn el martes. /Ana Gil/EFE
Un barco entra en el puerto de Skarn el martes.
Por Luis Romero
La tormenta dejó olas de nueve metros y cerró el puerto durante tres días, según la autoridad portuaria.
Pescadores reparan redes.
Pescadores reparan redes. /Reuters
Pescadores reparan redes.
Los pescadores esperan volver al mar el jueves.
Fuente: EFE
Tendencias de búsqueda
puerto de skarn
""",
    title="El puerto reabre tras la tormenta",
    standfirst="Los primeros barcos entraron el martes por la mañana.",
    byline="Luis Romero",
    source="EFE",
    blocks=[
        "image Un barco entra /Ana Gil/EFE",
        "paragraph La tormenta dejó",
        "image Pescadores reparan redes. /Reuters",
        "paragraph Los pescadores esperan",
    ],
    left=("Traducido automáticamente con Azure Translator", "puerto de skarn"),
)

FEATURE = Copied(
    """The Alder Herald | News, sport and weather
News
Environment
The village that paid its river to come back

The village that paid its river to come back

For sixty years the Lind ran through a concrete pipe under Skarn. Then the residents bought it.

Tess Alder
Environment correspondent, Skarn
Published 24 November 2026 at 06:00 GMT
Last updated 3 hours ago
Share
Facebook
WhatsApp
Copy link
Save
7 min read

Children wade in the reopened river Lind below the church in Skarn
Children wade in the reopened river Lind below the church in Skarn
Children wade in the reopened river Lind below the church in Skarn. /Elena Marsh/Northlight

SKARN — On the last Saturday of October, at a quarter past four, somebody opened a valve, and a river that nobody under seventy had ever seen came down the main street.

“I had forgotten the noise,” said Oskar Venn, 84, who was born in the mill. “You do not hear it. You notice that you have been hearing it.”

It took eleven years, two referendums and the price of a small hospital. It also took, by the mayor's count, some nine hundred cakes.

A pipe with a promise

In 1964 the Lind was put underground to make room for lorries. The county promised that it would be temporary.

The pipe was built to last twenty years. By 2011 engineers were measuring cracks as wide as a hand.

Workers lay the last stones of the new bed in September
Workers lay the last stones of the new bed in September.
Workers lay the last stones of the new bed in September. Photo: Ivo Lind / AFP

“There were two offers,” said Bea Stone, who was then the village's treasurer. “A new pipe for four million, or a river for seven. The county would only pay for the pipe.”

Advertisement

How they paid for it

The residents formed a trust and sold shares in the river at fifty crowns each. Nobody was promised anything in return.

The money came from:

• 2,140 residents and their families abroad
• a brewery that had moved away because of the water
• a lottery, twice

Read more: Ten rivers that cities have dug up again

What came back

1. Trout, within three weeks
2. Herons, within five
3. Insurance agents, within six

“We expected the fish,” said Nell Okoro, a biologist at the University of Port Alder. “We did not expect the swifts, and we cannot explain them.”

A heron stands in the shallows behind the bakery
Getty Images

Not everybody is content. The baker's cellar has flooded twice, and two of the lorry firms have left.

“I was against it and I still am,” said the baker, Kay Moreno. “But I will say this: people buy more bread when they have something to throw it at.”

“You do not hear it. You notice that you have been hearing it.”

The trust holds its next meeting in March. On the agenda is the second pipe, the one beneath the school.

Reporting by Tess Alder; editing by Jonas Krehl

Source: Northlight / AFP

Sign up for our Environment newsletter
Follow us on Mastodon and Bluesky
More on this story
Ten rivers that cities have dug up again
Swifts return to Port Alder
Most read
Ferry crews look for work
© 2026 The Alder Herald. All rights reserved.
We use cookies to improve your experience.
Accept all
Manage preferences
""",
    title="The village that paid its river to come back",
    standfirst="For sixty years the Lind ran through a concrete pipe under Skarn. Then the residents bought it.",
    byline="Tess Alder, Environment correspondent, Skarn",
    source="Northlight / AFP",
    blocks=[
        "image Children wade in /Elena Marsh/Northlight",
        "paragraph SKARN — On",
        "paragraph “I had forgotten",
        "paragraph It took eleven",
        "heading A pipe with",
        "paragraph In 1964 the",
        "paragraph The pipe was",
        "image Workers lay the /Ivo Lind/AFP",
        "paragraph “There were two",
        "heading How they paid",
        "paragraph The residents formed",
        "paragraph The money came",
        "list 2,140 residents and",
        "heading What came back",
        "list Trout, within three",
        "paragraph “We expected the",
        "image A heron stands /Getty Images",
        "paragraph Not everybody is",
        "paragraph “I was against",
        "paragraph The trust holds",
        "paragraph Reporting by Tess",
    ],
    left=(
        "The Alder Herald | News, sport and weather",
        "Environment",
        "Published 24 November 2026 at 06:00 GMT",
        "Most read",
    ),
)

ARTICLES = {name.casefold(): value for name, value in list(globals().items()) if isinstance(value, Copied)}
