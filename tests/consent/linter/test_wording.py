"""The catalogue of wordings: sentences that take conduct for consent, and sentences that only look like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.linter.wording import catalogue, implying, plain

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
    ("ca", "Si continua navegant, considerem que n'accepta l'ús."),
    ("ca", "En continuar navegant, n’accepteu l’ús."),
    ("en", "If you continue to use this site we will assume that you are happy with it."),
    ("en", "Cookies help us deliver our services. By using our services, you agree to our use of cookies."),
    ("en", "By continuing to use this website you are giving consent to cookies being used."),
    ("en", "Your use of this site signifies agreement."),
    ("en", "Closing this banner implies acceptance."),
    ("en", "If you don't respond within 10 seconds, we take it as consent."),
    ("es", "El uso continuado de esta web implica la aceptación."),
    ("es", "Si continúas navegando entendemos que aceptas."),
    ("fr", "Le fait de continuer votre navigation emporte acceptation."),
    ("de", "Mit der Nutzung unserer Dienste erklären Sie sich damit einverstanden, dass wir Cookies verwenden."),
    ("it", "Chiudendo questo banner, scorrendo questa pagina o cliccando qualunque suo elemento acconsenti."),
    ("pt", "Ao navegar neste site, você concorda com os cookies."),
    ("nl", "Door gebruik te maken van deze website, gaat u akkoord."),
    ("pl", "Korzystając z naszej strony, wyrażasz zgodę na używanie cookies."),
]
HONEST = [
    ("en", "Closing this banner does not mean that you agree."),
    ("en", "By closing this banner you refuse everything that needs your consent."),
    ("en", "If you continue without agreeing, nothing is stored."),
    ("en", "You do not agree to anything by continuing to browse."),
    ("en", "By clicking Agree you consent to cookies."),
    ("en", "If you agree, we use cookies while you browse."),
    ("fr", "En poursuivant sans accepter, rien n’est enregistré."),
    ("fr", "En continuant, vous n'acceptez rien."),
    ("de", "Wenn Sie weiter surfen, stimmen Sie nicht zu."),
    ("es", "Continuar sin aceptar"),
    ("es", "Si continúa navegando, no acepta nada."),
    ("it", "Proseguendo non accetti nulla."),
    ("nl", "Als u verder surft, gaat u niet akkoord."),
    ("pl", "Kontynuując, nie zgadzasz się na nic."),
    ("en", "If you continue, you can withdraw your consent at any time."),
    ("ca", "Si continueu navegant, no accepteu res."),
    ("pt", "Ao continuar, não aceita nada."),
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


@pytest.mark.parametrize(("language", "text"), IMPLIED)
def test_conduct_taken_for_consent_is_found_in_its_language(language: str, text: str) -> None:
    assert language in implying(plain(text), language)


@pytest.mark.parametrize(("language", "text"), HONEST)
def test_a_sentence_that_says_the_contrary_passes(language: str, text: str) -> None:
    assert implying(plain(text), language) == []


def test_a_text_under_the_wrong_language_is_found_all_the_same() -> None:
    assert implying(plain("By continuing to browse our site you agree."), "ja") == ["en"]


@pytest.mark.parametrize(("language", "text"), WALLS)
def test_access_against_consent_is_found_in_its_language(language: str, text: str) -> None:
    assert catalogue()[language].wall.search(plain(text))


@given(st.sampled_from(IMPLIED), st.sampled_from(["\u200b", "\u00ad", "\u00a0 ", "\n "]), st.booleans())
def test_capitals_and_invisible_signs_hide_nothing(sentence: tuple[str, str], sign: str, loud: bool) -> None:
    language, text = sentence
    hidden = text.replace(" ", f" {sign}").replace("  ", " ")
    assert language in implying(plain(hidden.upper() if loud else hidden), language)
