"""Every address of the site and the desk: this list is what there is."""

from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, path, register_converter
from django.urls.converters import StringConverter

from publisher.web import errors, health, media
from publisher.web.desk import (
    accounts,
    adding,
    composing,
    connecting,
    editions,
    handles,
    login,
    onair,
    posts,
    readers,
    suppressions,
    wording,
    writing,
)
from publisher.web.desk import articles as desk_articles
from publisher.web.desk import newsletters as desk_newsletters
from publisher.web.hooks import receiving
from publisher.web.site import (
    articles,
    feeds,
    following,
    newsletters,
    preferences,
    subscribing,
)


class WordConverter(StringConverter):
    """A slug in any script."""

    regex = r"[-\w]+"


register_converter(WordConverter, "word")

_site: list[URLPattern | URLResolver] = [
    path("", articles.front, name="front"),
    path("articles/<word:slug>/", articles.article, name="article"),
    path("sections/<word:slug>/", articles.section, name="section"),
    path("newsletters/<slug:slug>/", newsletters.newsletter, name="newsletter"),
    path("newsletters/<slug:slug>/<int:edition_id>/", newsletters.edition, name="edition"),
    path("subscribe/", subscribing.subscribe, name="subscribe"),
    path("confirm/<str:token>/", subscribing.confirm, name="confirm"),
    path("unsubscribe/<str:token>/", subscribing.unsubscribe, name="unsubscribe"),
    path("preferences/<str:token>/", preferences.preferences, name="preferences"),
    # Without a slash at its end: it is short because every character counts.
    path("s/<slug:code>", following.follow, name="follow"),
    path("feed.xml", feeds.feed, name="feed"),
    path("sitemap.xml", feeds.sitemap, name="sitemap"),
    path("robots.txt", feeds.robots, name="robots"),
    path("media/articles/<str:name>", media.image, {"room": "articles"}, name="image"),
    # Some networks fetch a post's pictures themselves.
    path("media/posts/<str:name>", media.image, {"room": "posts"}, name="post_image"),
]

_desk: list[URLPattern | URLResolver] = [
    path("desk/", onair.dashboard, name="desk"),
    path("desk/on-air/", onair.fragment, name="desk_on_air"),
    path("desk/login/", login.login, name="desk_login"),
    path("desk/logout/", LogoutView.as_view(), name="desk_logout"),
    path("desk/editions/", editions.listing, name="desk_editions"),
    path("desk/editions/new/", composing.new, name="desk_edition_new"),
    path("desk/editions/<int:edition_id>/", editions.edition, name="desk_edition"),
    path(
        "desk/editions/<int:edition_id>/progress/", editions.progress, name="desk_edition_progress"
    ),
    path("desk/editions/<int:edition_id>/change/", composing.change, name="desk_edition_change"),
    path("desk/editions/<int:edition_id>/submit/", editions.submit, name="desk_edition_submit"),
    path("desk/editions/<int:edition_id>/approve/", editions.approve, name="desk_edition_approve"),
    path(
        "desk/editions/<int:edition_id>/schedule/", editions.schedule, name="desk_edition_schedule"
    ),
    path("desk/editions/<int:edition_id>/pause/", editions.pause, name="desk_edition_pause"),
    path("desk/editions/<int:edition_id>/resume/", editions.resume, name="desk_edition_resume"),
    path("desk/editions/<int:edition_id>/cancel/", editions.cancel, name="desk_edition_cancel"),
    path("desk/editions/<int:edition_id>/test/", editions.test, name="desk_edition_test"),
    path(
        "desk/editions/<int:edition_id>/preview/<slug:look>/",
        editions.preview,
        name="desk_edition_preview",
    ),
    path("desk/accounts/", accounts.listing, name="desk_accounts"),
    path("desk/accounts/new/", adding.new, name="desk_account_new"),
    path("desk/accounts/connect/", connecting.begin, name="desk_account_connect"),
    path("desk/accounts/callback/", connecting.callback, name="desk_account_callback"),
    path("desk/accounts/at/<slug:name>/", accounts.account, name="desk_account"),
    path("desk/accounts/at/<slug:name>/test/", accounts.test, name="desk_account_test"),
    path("desk/templates/", wording.listing, name="desk_templates"),
    path("desk/templates/new/", wording.new, name="desk_template_new"),
    path("desk/templates/<int:template_id>/", wording.change, name="desk_template"),
    path("desk/templates/<int:template_id>/remove/", wording.remove, name="desk_template_remove"),
    path("desk/handles/", handles.listing, name="desk_handles"),
    path("desk/handles/remove/", handles.remove, name="desk_handle_remove"),
    path("desk/handles/import/", handles.import_, name="desk_handles_import"),
    path("desk/posts/", posts.listing, name="desk_posts"),
    path("desk/posts/new/", writing.new, name="desk_post_new"),
    path("desk/posts/<int:post_id>/", posts.post, name="desk_post"),
    path("desk/posts/<int:post_id>/change/", posts.change, name="desk_post_change"),
    path("desk/posts/<int:post_id>/approve/", posts.approve, name="desk_post_approve"),
    path("desk/posts/<int:post_id>/schedule/", posts.schedule, name="desk_post_schedule"),
    path("desk/posts/<int:post_id>/cancel/", posts.cancel, name="desk_post_cancel"),
    path("desk/posts/<int:post_id>/settle/", posts.settle, name="desk_post_settle"),
    path("desk/posts/<int:post_id>/delete/", posts.delete, name="desk_post_delete"),
    path("desk/posts/<int:post_id>/replace/", posts.replace, name="desk_post_replace"),
    path("desk/posts/<int:post_id>/pictures/", posts.add_picture, name="desk_post_picture"),
    path("desk/posts/<int:post_id>/video/", posts.add_video, name="desk_post_video"),
    path(
        "desk/posts/<int:post_id>/pictures/<int:medium_id>/remove/",
        posts.remove_picture,
        name="desk_post_picture_remove",
    ),
    path("desk/articles/", desk_articles.listing, name="desk_articles"),
    path("desk/articles/<word:slug>/", desk_articles.article, name="desk_article"),
    path("desk/articles/<word:slug>/publish/", desk_articles.publish, name="desk_article_publish"),
    path("desk/newsletters/", desk_newsletters.listing, name="desk_newsletters"),
    path("desk/readers/", readers.search, name="desk_readers"),
    path("desk/readers/<int:subscriber_id>/", readers.reader, name="desk_reader"),
    path(
        "desk/readers/<int:subscriber_id>/unsubscribe/",
        readers.unsubscribe,
        name="desk_reader_unsubscribe",
    ),
    path(
        "desk/readers/<int:subscriber_id>/suppress/", readers.suppress, name="desk_reader_suppress"
    ),
    path("desk/readers/<int:subscriber_id>/lift/", readers.lift, name="desk_reader_lift"),
    path("desk/suppressions/", suppressions.listing, name="desk_suppressions"),
    path("desk/suppressions/lift/", suppressions.lift, name="desk_suppression_lift"),
]

_machines: list[URLPattern | URLResolver] = [
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("hooks/<slug:name>/<str:secret>/", receiving.receive, name="hook"),
]

urlpatterns = _site + _desk + _machines

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.failed
