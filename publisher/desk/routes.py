"""The desk's pages by address. A further page is a module of its own, and a line here."""

from chassis.sign_in import pages
from publisher.desk import (
    activity,
    article,
    articles,
    editing,
    frame,
    moves,
    pasting,
    pictures,
    revisions,
    translation,
    trends,
)

blueprint = frame.blueprint
pages.add_to(blueprint)

for address, view, methods in (
    ("", articles.articles, ("GET",)),
    ("/articles/<article_id>", article.article, ("GET",)),
    ("/articles/<article_id>/page/<language>", article.page, ("GET",)),
    ("/articles/<article_id>/move", moves.move, ("POST",)),
    ("/articles/<article_id>/kill", moves.kill, ("GET", "POST")),
    ("/articles/<article_id>/times", moves.times, ("POST",)),
    ("/articles/<article_id>/share", moves.share, ("POST",)),
    ("/articles/<article_id>/revisions", revisions.revisions, ("GET",)),
    ("/articles/<article_id>/revisions/<int:number>/restore", revisions.restore, ("POST",)),
    ("/articles/<article_id>/translations/<language>", translation.translation, ("GET", "POST")),
    ("/pictures", pictures.pictures, ("GET", "POST")),
    ("/activity", activity.activity, ("GET",)),
    ("/trends", trends.trends, ("GET", "POST")),
    ("/new/paste", pasting.paste, ("GET", "POST")),
    ("/new", editing.new_article, ("GET", "POST")),
    ("/articles/<article_id>/edit", editing.edit, ("GET", "POST")),
    ("/articles/<article_id>/rendering", editing.rendering, ("POST",)),
):
    blueprint.add_url_rule(address, view_func=view, methods=methods)
blueprint.add_url_rule("/new/rendering", "rendering_new", editing.rendering, methods=("POST",))
