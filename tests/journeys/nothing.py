"""The French Tech Weeks of 2015 made by people at the pages, from the reference data."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from eventsapp.delivery import worker
from eventsapp.demo.programme import HEADLINES
from eventsapp.demo.reading import picture, read
from eventsapp.demo.ticketing import ENGLISH, HIDDEN, KINDS
from eventsapp.gateways import mail
from tests.journeys.walker import Walker, path_of

PARIS = ZoneInfo("Europe/Paris")
ACCESS = {"approval": "approval", "invitation": "invitation"}


def wall(stamp: str) -> str:
    """As a field for a moment takes it."""
    return datetime.fromisoformat(stamp).astimezone(PARIS).strftime("%Y-%m-%dT%H:%M")


def euros(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02}"


def letter_to(address: str) -> str:
    """The link of the last letter to somebody."""
    worker.drain()
    [*_, sent] = [one for one in mail.memory().sent if one.to == address]
    return path_of(re.search(r"http://localhost\S+", sent.text)[0])


class Season:
    """Made by its owner, who sits at the desk, and by partners who accept by letter."""

    def __init__(self, owner: Walker, others) -> None:
        self.owner, self.others = owner, others
        self.events = {raw["id"]: raw for raw in read("events")}
        self.release = 0
        self.titles = {ref: raw["title_fr"] for ref, raw in self.events.items()}

    def series(self) -> None:
        raw = read("series")
        [house] = [one for one in read("organizers") if one["id"] == "medinsoft"]
        legal = house["legal"]
        domains = "\n".join(f"{one['name_fr']} ; {one['name_en']}" for one in read("domains"))
        self.owner.press(
            "Enregistrer",
            title_fr=raw["title"], title_en=raw["title"], slug=raw["id"],
            starts_on=raw["starts_on"], ends_on=raw["ends_on"], timezone=raw["timezone"],
            domains=domains, seller=house["name"], legal_form=legal["form"], siren=legal["siren"],
            street=legal["address"]["street"], postcode=legal["address"]["postcode"],
            city=legal["address"]["city"], email=legal["email"], phone=legal["phone"],
            director=legal["publication_director"], host_name=legal["host"]["name"],
            host_address=legal["host"]["address"], host_phone=legal["host"]["phone"],
            mediator_name=legal["mediator"]["name"], mediator_address=legal["mediator"]["address"],
            mediator_url=legal["mediator"]["url"],
        )  # fmt: skip

    def partners(self) -> None:
        for raw in read("organizers"):
            if raw["id"] == "medinsoft":
                continue
            address = f"{raw['id']}@partenaires.example"
            self.owner.follow("Équipe")
            self.owner.follow("Partenaires")
            self.owner.press("Envoyer l’invitation", name=raw["name"], email=address)
            guest = self.others()
            guest.open(letter_to(address))
            guest.press("Accepter l’invitation")

    def venues(self) -> None:
        for raw in read("venues"):
            rooms = "\n".join(f"{one['name']} ; {one['capacity'] or ''}" for one in raw["rooms"])
            self.owner.follow("Programme")
            self.owner.follow("Lieux")
            self.owner.follow("Lieu")
            self.owner.press(
                "Enregistrer",
                name=raw["name"], street=raw["street"] or "", postcode=raw["postcode"] or "",
                city=raw["city"], lat=_degrees(raw["lat"]), lon=_degrees(raw["lon"]),
                capacity=_number(raw["capacity"]), rooms=rooms.replace(" ; \n", "\n"),
                shared=raw["id"] in _shared(),
            )  # fmt: skip

    def programme(self) -> None:
        talks, told = read("sessions"), read("texts")
        people = {one["id"]: one for one in read("speakers")}
        rooms = {room["id"]: room["name"] for one in read("venues") for room in one["rooms"]}
        for ref, raw in self.events.items():
            self._event(ref, raw)
            self._told(ref)
            for talk in (one for one in talks if one["event"] == ref):
                self.owner.follow("Ajouter")
                self.owner.press(
                    "Enregistrer",
                    title_fr=talk["title_fr"], language=talk["language"],
                    room=self.owner.choice("room", rooms[talk["room"]]),
                    people="\n".join(_spoken(people[one]) for one in talk["speakers"]),
                    **{"time-starts_at": wall(talk["start"]), "time-ends_at": wall(talk["end"])},
                    **told["talks"].get(talk["id"], {}),
                )  # fmt: skip

    def _told(self, ref: str) -> None:
        """Its long texts, on a page of their own."""
        words = read("texts")["events"].get(ref)
        if words:
            self.owner.follow("Textes")
            self.owner.press("Enregistrer", **words)
            self.owner.follow(self.titles[ref])

    def pictures(self) -> None:
        people = {one["id"]: one for one in read("speakers")}
        houses = {one["id"]: one["name"] for one in read("organizers")}
        for raw in read("texts")["pictures"]:
            self.owner.follow("Programme" if raw["kind"] != "partner" else "Équipe")
            if raw["kind"] == "event":
                self.owner.follow(self.titles[raw["of"]])
                self.owner.follow("Image de l’événement")
            elif raw["kind"] == "person":
                one = people[raw["of"]]
                self.owner.follow("Intervenants")
                self.owner.follow(f"{one['first_name']} {one['last_name']}")
                self.owner.follow("Portrait")
            else:
                self.owner.follow("Partenaires")
                self.owner.follow(f"Logo {houses[raw['of']]}")
            words = {"alt_fr": raw["alt_fr"], "alt_en": raw["alt_en"]}
            file = (f"{raw['of']}.webp", picture(raw["of"]))
            self.owner.press("Envoyer l’image", file=file, **words)
            across, down = map(str, raw["focus"])
            self.owner.press("Enregistrer", focus_x=across, focus_y=down, **words)

    def speakers(self) -> None:
        people = {one["id"]: one for one in read("speakers")}
        for ref, words in read("texts")["people"].items():
            self.owner.follow("Programme")
            self.owner.follow("Intervenants")
            one = people[ref]
            self.owner.follow(f"{one['first_name']} {one['last_name']}")
            self.owner.press("Enregistrer", **words)

    def _event(self, ref: str, raw: dict) -> None:
        texts = read("descriptions")[ref]
        venue = next(one["name"] for one in read("venues") if one["id"] == raw["venue"])
        house = next(one["name"] for one in read("organizers") if one["id"] == raw["organizer"])
        domain = next(one["name_fr"] for one in read("domains") if one["id"] == raw["domain"])
        self.owner.follow("Programme")
        self.owner.follow("Événement")
        first = raw["slots"][0]
        choice = self.owner.choice
        self.owner.press(
            "Enregistrer",
            title_fr=raw["title_fr"], title_en=raw["title_en"], kind=raw["kind"],
            summary_fr=texts["fr"], summary_en=texts["en"],
            venue=choice("venue", venue), organisation=choice("organisation", house),
            domain=choice("domain", domain), state=choice("state", "confirmé"),
            access=_access(raw),
            external_url=raw.get("external_url") or "", capacity=str(raw["capacity"]),
            instant_capacity=_number(raw.get("instant_capacity") or raw.get("capacity_per_slot")),
            doors_minutes_before="30", free=raw["free"], headline=ref in HEADLINES,
            address_hidden=bool(raw.get("location_revealed_to_ticket_holders")),
            **{"slot0-starts_at": wall(first["start"]), "slot0-ends_at": wall(first["end"])},
        )  # fmt: skip
        if raw.get("capacity_per_slot"):
            self._visits(raw)
        elif len(raw["slots"]) > 1:
            last = raw["slots"][1]
            self.owner.press(
                "Enregistrer",
                **{"slot1-starts_at": wall(last["start"]), "slot1-ends_at": wall(last["end"])},
            )

    def _visits(self, raw: dict) -> None:
        """The first is there, without its places; the others come at once."""
        places = str(raw["capacity_per_slot"])
        first, *others = [
            [datetime.fromisoformat(one[end]) for end in ("start", "end")] for one in raw["slots"]
        ]
        self.owner.follow("Faire des séances d’un coup")
        self.owner.press(
            "Faire ces séances",
            first_at=wall(raw["slots"][1]["start"]), places=places, count=str(len(others)),
            every_minutes=_minutes(others[1][0] - others[0][0]),
            length_minutes=_minutes(others[0][1] - others[0][0]),
        )  # fmt: skip
        self.owner.follow(f"{first[0].astimezone(PARIS):%H h %M}")
        self.owner.press("Enregistrer", places=places)
        self.owner.follow(raw["title_fr"])

    def publish(self) -> None:
        self.owner.follow("Programme")
        self.owner.follow("Publier…")
        self.owner.press(f"Publier la version {self.release + 1}")
        self.release += 1

    def tariffs(self) -> None:
        for raw in read("tariffs")["tariffs"]:
            self.owner.follow("Billetterie")
            self.owner.follow(f"Ajouter un tarif {self.titles[raw['event']]}")
            kind = KINDS[raw["kind"]]
            more = {"requires": list(raw["requires"])} if raw.get("requires") else {}
            if raw.get("per_slot"):
                more["per_slot"] = True
            if raw.get("free_price"):
                more |= {"price_max": "50", "price_suggested": "10"}
            self.owner.press(
                "Créer le tarif",
                label_fr=raw["label_fr"], label_en=ENGLISH[raw["code"]], code=raw["code"],
                kind=kind.value, price=euros(raw["price_ttc_cents"]), vat=str(raw["vat_bp"]),
                sale_from=wall(raw["sale_from"]), places=_number(raw["quota"]),
                sale_until=wall(raw["sale_until"]) if raw["sale_until"] else "",
                per_order_min=str(raw.get("per_order_min", 1)),
                per_order_max=str(raw["per_order_max"]),
                hidden=kind in HIDDEN or bool(raw.get("voucher_required")),
                approval=bool(raw.get("approval_required")),
                proof=bool(raw.get("proof_required")), **more,
            )  # fmt: skip

    def passes(self) -> None:
        for raw in read("tariffs")["passes"]:
            self.owner.follow("Billetterie")
            self.owner.follow("Ajouter un pass")
            chosen = {self._part(ref): True for ref in raw["includes"]}
            self.owner.press(
                "Créer le pass",
                label_fr=raw["label_fr"], label_en=ENGLISH[raw["code"]], code=raw["code"],
                price=euros(raw["price_ttc_cents"]), vat=str(raw["vat_bp"]),
                places=_number(raw["quota"]),
                tickets_per_unit=str(raw.get("admissions_per_event", 1)), **chosen,
            )  # fmt: skip

    def _part(self, ref: str) -> str:
        """The box of an event on the page of a pass."""
        return self.owner.box(self.titles[ref])

    def codes(self) -> None:
        effects = {"fixed_cents": "fixed"}
        where = {one["code"]: one for one in read("tariffs")["tariffs"]}
        for raw in read("tariffs")["vouchers"]:
            self.owner.follow("Billetterie")
            self.owner.follow("Codes")
            effect = effects.get(raw["effect"], raw["effect"])
            value = raw.get("value", 0)
            self.owner.press(
                "Créer le code",
                code=raw["code"], effect=effect, most_uses=str(raw["max_uses"]),
                percent=str(value) if effect == "percent" else "",
                amount=euros(value) if effect == "fixed" else "",
                products=[
                    self.owner.choice(
                        "products",
                        f"{self.titles[where[code]['event']]} / {where[code]['label_fr']}",
                    )
                    for code in raw["tariffs"]
                ],
            )  # fmt: skip


def _access(raw: dict) -> str:
    return "external" if raw.get("external_registration") else ACCESS.get(raw["access"], "open")


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _minutes(length: timedelta) -> str:
    return str(int(length.total_seconds() // 60))


def _degrees(number: float | None) -> str:
    return "" if number is None else str(number).replace(".", ",")


def _spoken(person: dict) -> str:
    return f"{person['first_name']} {person['last_name']}, {person['company']}"


def _shared() -> frozenset[str]:
    return frozenset()
