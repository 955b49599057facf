"""Moves the template that an account was added with to its others, where it can be changed."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def move(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Put each before the account's own, as it has gone before them until now."""
    accounts, templates = (apps.get_model('social', name) for name in ('Account', 'PostTemplate'))
    for account in accounts.objects.exclude(template=''):
        own = templates.objects.filter(account=account, network='', kind='headline')
        # The last one first, so that no two are at one position.
        for each in own.order_by('-position'):
            templates.objects.filter(pk=each.pk).update(position=each.position + 1)
        templates.objects.create(
            account=account,
            kind='headline',
            source=account.template,
            created_at=account.created_at,
        )


class Migration(migrations.Migration):

    dependencies = [
        ('social', '0003_planning'),
    ]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
    ]
