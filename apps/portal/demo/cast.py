"""The two schools and those who have a name in them: the same cast as in tests, screenshots and support."""

from dataclasses import dataclass
from datetime import date

from apps.accounts.models import Role
from apps.schools.models import School

TOLD_FROM = date(2026, 9, 7)  # the rentrée from which the days below are counted
PASSWORD = "demo-2026"  # noqa: S105 (printed for whoever runs the demo)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who signs in with an obvious name; `teaches` holds subject codes."""

    username: str
    name: str
    role: Role
    function: str = ""
    teaches: tuple[str, ...] = ()
    phone: str | None = None

    @property
    def civility(self) -> str:
        first, _, _ = self.name.partition(" ")
        return first if first in {"Mme", "M."} else ""

    @property
    def first_name(self) -> str:
        return self.name.removeprefix(self.civility).split()[0]

    @property
    def last_name(self) -> str:
        return " ".join(self.name.removeprefix(self.civility).split()[1:])


@dataclass(frozen=True, slots=True)
class SchoolScript:
    """What a school of the demo is made of.

    A class is (level, stream, name); a language group, which crosses classes, (level, name, teacher). In the
    `undivided` classes, a subject with sub-disciplines is one course, whose évaluations say of which.
    """

    slug: str
    name: str
    kind: School.Kind
    details: dict[str, str]
    classes: tuple[tuple[str, str | None, str], ...]
    sizes: tuple[int, int]
    phone_block: int
    staff: tuple[Person, ...]
    teachers: tuple[Person, ...]
    families: tuple["FamilyScript", ...]
    language_groups: tuple[tuple[str, str, str], ...] = ()
    undivided: frozenset[str] = frozenset()
    closed: "ClosedTerm | None" = None
    in_council: str = ""  # a class whose council sits
    logo: str = ""  # a PNG beside this file


@dataclass(frozen=True, slots=True)
class ClosedTerm:
    """A class whose marks were closed before the others', and the one course that may still write some."""

    class_name: str
    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class ChildScript:
    """A child of the cast: in which class, how well she does (her usual average), what she missed.

    `absences` are (day, reason given since), `late` (day, minutes).
    """

    name: str
    sex: str
    class_name: str
    usual_average: float
    username: str | None = None
    absences: tuple[tuple[date, str], ...] = ()
    late: tuple[tuple[date, int], ...] = ()


@dataclass(frozen=True, slots=True)
class FamilyScript:
    """A parent with a login, and her children in this school."""

    parent: Person
    relation: str
    children: tuple[ChildScript, ...]


def teacher(username: str, name: str, *teaches: str) -> Person:
    return Person(
        username, name, Role.TEACHER, "Enseignant" if name.startswith("M.") else "Enseignante", teaches
    )


MOTHER = Person("fatou.bamba", "Mme Fatou Bamba", Role.GUARDIAN, phone="+2250707000001")
STRANGER = Person("akissi.konan", "Mme Akissi Konan", Role.GUARDIAN, phone="+2250707000002")
SHARED_TEACHER = teacher("prof.yao", "M. Hervé Yao", "PC")
KONE = teacher("prof.kone", "M. Ibrahim Koné", "ANG")
DIOP = teacher("prof.diop", "Mme Aminata Diop", "MATH")

SAINTE_ANNE = SchoolScript(
    slug="sainte-anne",
    name="Collège Sainte-Anne de Cocody",
    kind=School.Kind.COLLEGE,
    details={
        "drena": "Abidjan 1",
        "city": "Abidjan",
        "address": "Cocody, rue des Jardins",
        "phone": "27 22 44 10 36",
    },
    classes=tuple(
        (level, None, f"{level} {number}") for level in ("6e", "5e", "4e", "3e") for number in (1, 2, 3)
    ),
    sizes=(42, 60),
    phone_block=0,
    staff=(
        Person("directrice", "Mme Ahou Kouadio", Role.PRINCIPAL, "Directrice"),
        Person("fondateur", "M. Joseph Assoumou", Role.FOUNDER, "Fondateur"),
        Person("etudes", "M. Paul Ehouman", Role.DIRECTOR_OF_STUDIES, "Directeur des études"),
        Person("secretaire", "Mme Mariam Touré", Role.SECRETARY, "Secrétaire"),
        Person("econome", "Mme Odile Tanoh", Role.BURSAR, "Économe"),
        Person("educateur", "M. Lassina Soro", Role.EDUCATOR, "Éducateur"),
    ),
    teachers=(
        DIOP,
        KONE,
        teacher("prof.nguessan", "Mme Clarisse N’Guessan", "FR", "FR.EO", "FR.OG", "FR.EE"),
        SHARED_TEACHER,
        teacher("prof.kouassi", "M. Désiré Kouassi", "MATH"),
        teacher("prof.traore", "M. Bakary Traoré", "MATH"),
        teacher("prof.gnamien", "Mme Rosine Gnamien", "FR", "FR.EO", "FR.OG", "FR.EE"),
        teacher("prof.beugre", "M. Aristide Beugré", "FR", "FR.EO", "FR.OG", "FR.EE"),
        teacher("prof.aka", "Mme Estelle Aka", "ANG"),
        teacher("prof.zadi", "M. Roland Zadi", "HG", "EDHC"),
        teacher("prof.ouattara", "Mme Salimata Ouattara", "HG", "EDHC"),
        teacher("prof.bedi", "Mme Angèle Bédi", "SVT"),
        teacher("prof.silue", "M. Nawa Silué", "PC", "TICE"),
        teacher("prof.lago", "Mme Viviane Lago", "ARTS"),
        teacher("prof.dago", "M. Franck Dago", "EPS"),
        teacher("prof.amon", "Mme Irène Amon", "LV2"),
        teacher("prof.yapi", "M. Sylvain Yapi", "LV2"),
    ),
    families=(
        FamilyScript(
            MOTHER,
            "mother",
            (
                ChildScript(
                    "Bamba Awa",
                    "F",
                    "6e 2",
                    14.0,
                    username="awa",
                    absences=((date(2026, 10, 6), "Maladie"), (date(2026, 11, 12), "")),
                    late=((date(2026, 11, 17), 12),),
                ),
            ),
        ),
        FamilyScript(
            Person("jean.kacou", "M. Jean Kacou", Role.GUARDIAN, phone="+2250707000003"),
            "father",
            (ChildScript("Kacou Grâce", "F", "6e 2", 11.5), ChildScript("Kacou Junior", "M", "4e 1", 9.5)),
        ),
        FamilyScript(KONE, "father", (ChildScript("Koné Ladji", "M", "5e 1", 12.0),)),
    ),
    in_council="4e 3",
    logo="sainte-anne.png",
    undivided=frozenset({"5e 1"}),
    language_groups=(
        ("4e", "Allemand 4e", "prof.amon"),
        ("4e", "Espagnol 4e 1", "prof.yapi"),
        ("4e", "Espagnol 4e 2", "prof.yapi"),
        ("3e", "Allemand 3e", "prof.amon"),
        ("3e", "Espagnol 3e 1", "prof.yapi"),
        ("3e", "Espagnol 3e 2", "prof.yapi"),
    ),
)

SAINTE_RITA = SchoolScript(
    slug="sainte-rita",
    name="Lycée Sainte-Rita de Cocody",
    kind=School.Kind.LYCEE,
    details={
        "drena": "Abidjan 1",
        "city": "Abidjan",
        "address": "Cocody, rue des Jardins",
        "phone": "27 22 44 10 40",
    },
    classes=(("2nde", "C", "2nde C 1"), ("Tle", "D", "Tle D 1")),
    sizes=(30, 38),
    phone_block=1,
    staff=(
        Person("directeur.lycee", "M. Marc Niamké", Role.PRINCIPAL, "Proviseur"),
        Person("educatrice.lycee", "Mme Djénéba Cissé", Role.EDUCATOR, "Éducatrice"),
    ),
    teachers=(
        SHARED_TEACHER,
        teacher("prof.brou", "M. Constant Brou", "MATH"),
        teacher("prof.fofana", "Mme Bintou Fofana", "FR", "PHILO"),
        teacher("prof.ekra", "M. Yves Ekra", "ANG", "LV2"),
        teacher("prof.tape", "Mme Laure Tapé", "HG", "ARTS"),
        teacher("prof.guede", "M. Hermann Guédé", "SVT", "EPS"),
    ),
    families=(
        FamilyScript(
            MOTHER,
            "mother",
            (
                ChildScript(
                    "Bamba Issouf",
                    "M",
                    "2nde C 1",
                    10.5,
                    username="issouf",
                    absences=((date(2026, 9, 25), "Rendez-vous médical"), (date(2026, 11, 20), "")),
                    late=((date(2026, 10, 15), 18), (date(2026, 11, 19), 7)),
                ),
            ),
        ),
        FamilyScript(STRANGER, "mother", (ChildScript("Konan Prisca", "F", "2nde C 1", 12.5),)),
    ),
    closed=ClosedTerm("Tle D 1", "PC", "Deux copies retrouvées après l’arrêt des notes"),
)
SCRIPTS = (SAINTE_ANNE, SAINTE_RITA)
