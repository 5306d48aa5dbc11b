"""The catalogue of wordings: sentences that take conduct for consent, and sentences that only look like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.linter.wording import catalogue, plain

IMPLIED = [
    ("en", "By continuing to browse our site you agree to our use of cookies."),
    ("en", "by using this site, you consent to cookies"),
    ("en", "We use cookies. If you continue browsing, we take it that you accept them"),
    ("en", "Scrolling down means that you agree."),
    ("en", "Close this notice to accept."),
    ("en", "You agree to our cookies by closing this banner"),
    ("en", "By using this website, which is not for children, you accept cookies."),
    ("en", "By continuing, cookies will be set on your device."),
    ("en", "Your continued use of the site constitutes acceptance of cookies."),
    ("en", "Closing this message means you consent."),
    ("en", "If you do nothing we assume you agree"),
    ("es", "Si continúa navegando, consideramos que acepta su uso."),
    ("es", "Al continuar navegando por nuestro sitio usted acepta las cookies"),
    ("es", "Si cierra este aviso, acepta las cookies"),
    ("ca", "Si continueu navegant, accepteu les galetes."),
    ("ca", "En continuar navegant pel lloc, accepta l'ús de galetes"),
    ("fr", "En poursuivant votre navigation sur ce site, vous acceptez l’utilisation de cookies."),
    ("fr", "Si vous continuez à naviguer, vous consentez"),
    ("fr", "La poursuite de la navigation vaut acceptation."),
    ("de", "Durch die weitere Nutzung der Website stimmen Sie der Verwendung von Cookies zu."),
    ("de", "Wenn Sie diese Seite weiter nutzen, erklären Sie sich damit einverstanden."),
    ("de", "Indem Sie scrollen oder dieses Fenster schließen, willigen Sie in Cookies ein"),
    ("it", "Continuando a navigare sul sito accetti l'uso dei cookie."),
    ("it", "Chiudendo questo banner acconsenti all'uso dei cookie"),
    ("it", "Se prosegui la navigazione, acconsenti"),
    ("pt", "Ao continuar a navegar, concorda com a utilização de cookies."),
    ("pt", "Se continuar navegando, você aceita"),
    ("pt", "Ao usar este site, aceita cookies"),
    ("nl", "Door verder te surfen gaat u akkoord met cookies."),
    ("nl", "Als u verdergaat op onze site, stemt u toe"),
    ("nl", "Door deze website te gebruiken accepteert u cookies"),
    ("pl", "Kontynuując przeglądanie strony, zgadzasz się na pliki cookie."),
    ("pl", "Dalsze korzystanie z serwisu oznacza zgodę"),
    ("pl", "Zamykając to okno, akceptujesz cookies"),
]
HONEST = [
    "Closing this banner does not mean that you agree.",
    "By closing this banner you refuse everything that needs your consent.",
    "If you continue without agreeing, nothing is stored.",
    "You do not agree to anything by continuing to browse.",
    "By clicking Agree you consent to cookies.",
    "If you agree, we use cookies while you browse.",
    "En poursuivant sans accepter, rien n’est enregistré.",
    "En continuant, vous n'acceptez rien.",
    "Wenn Sie weiter surfen, stimmen Sie nicht zu.",
    "Continuar sin aceptar",
    "Si continúa navegando, no acepta nada.",
    "Proseguendo non accetti nulla.",
    "Als u verder surft, gaat u niet akkoord.",
    "Kontynuując, nie zgadzasz się na nic.",
    "If you continue, you can withdraw your consent at any time.",
]
WALLS = [
    ("en", "You must accept cookies to read this article."),
    ("en", "Access is available only if you consent."),
    ("es", "Acepte las cookies o suscríbase."),
    ("fr", "Vous devez accepter les cookies pour lire cet article."),
    ("de", "Cookies akzeptieren oder bezahlen"),
    ("it", "Accetta i cookie o abbonati"),
    ("pt", "Aceite os cookies ou assine"),
    ("nl", "Accepteer cookies of betaal"),
    ("pl", "Zaakceptuj pliki cookie lub wykup dostęp"),
    ("ca", "Accepteu les galetes o subscriviu-vos"),
]


def _implies(text: str) -> list[str]:
    return [language for language, words in catalogue().items() if words.implies(plain(text))]


@pytest.mark.parametrize(("language", "text"), IMPLIED)
def test_conduct_taken_for_consent_is_found_in_its_language(language: str, text: str) -> None:
    assert language in _implies(text)


@pytest.mark.parametrize("text", HONEST)
def test_a_sentence_that_says_the_contrary_passes(text: str) -> None:
    assert _implies(text) == []


@pytest.mark.parametrize(("language", "text"), WALLS)
def test_access_against_consent_is_found_in_its_language(language: str, text: str) -> None:
    assert catalogue()[language].wall.search(plain(text))


@given(
    st.sampled_from([text for _, text in IMPLIED]),
    st.sampled_from(["\u200b", "\u00ad", "\u00a0 ", "\n "]),
    st.booleans(),
)
def test_capitals_and_invisible_signs_hide_nothing(text: str, sign: str, loud: bool) -> None:
    hidden = text.replace(" ", f" {sign}").replace("  ", " ")
    assert _implies(hidden.upper() if loud else hidden)
