"""Coming in with an address and a password."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError

from publisher.web import throttle

TRIES = 10
PER = timedelta(minutes=10)


class Login(AuthenticationForm):
    """An address and a password; ten wrong ones are enough for ten minutes."""

    def clean(self) -> dict[str, Any]:
        """Check the password, unless too many were wrong."""
        host = self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        tried = f"login {self.cleaned_data.get('username', '').lower()} {host}"
        if throttle.failures(tried) >= TRIES:
            raise ValidationError("That was tried too often; wait ten minutes and try again.")
        try:
            return super().clean()
        except ValidationError:
            throttle.note(tried, per=PER)
            raise


login = LoginView.as_view(
    template_name="desk/login.html",
    authentication_form=Login,
    redirect_authenticated_user=True,
)
