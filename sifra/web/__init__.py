"""The little Flask that both sites share: request, headers, error pages, page skeleton."""

from __future__ import annotations

from babel.support import NullTranslations
from flask import Flask, has_request_context
from flask_babel import Babel, Domain
from werkzeug.middleware.proxy_fix import ProxyFix

from sifra.catalogues import catalogue
from sifra.serving import quiet
from sifra.settings import Settings
from sifra.web import errors, headers
from sifra.web.page import Look, install_page, language
from sifra.web.request import LARGEST_BODY, Request


class _OurDomain(Domain):
    """Our own catalogues: Flask-Babel would load each once more."""

    def get_translations(self) -> NullTranslations:
        if not has_request_context():
            return NullTranslations()
        return catalogue(self.domain[0], language().tag)


def install(app: Flask, settings: Settings, look: Look, *, domain: str, compress: bool) -> None:
    """Make ``app`` one of our sites. ``look.language`` picks the language of a request."""
    app.request_class = Request
    # Routing never redirects: it would to an absolute address, of a scheme and host that the
    # request may have made up, with what stood in the query.
    app.url_map.strict_slashes = app.url_map.merge_slashes = False
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        MAX_FORM_PARTS=100,
        TRAP_BAD_REQUEST_ERRORS=False,
        BABEL_DEFAULT_LOCALE="nb",
    )
    quiet.install(app)
    # Before Babel, which makes the template environment: options that come later are not heard.
    install_page(app, look, domain)
    # Babel names languages as gettext does.
    babel = Babel(
        app,
        locale_selector=lambda: look.language().replace("-", "_"),
        default_timezone=settings.municipality.time_zone,
    )
    babel.domain_instance = _OurDomain(domain=domain)  # type: ignore[no-untyped-call]
    headers.install(app, look, compress=compress)
    errors.install(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
