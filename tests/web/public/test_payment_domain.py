"""Forms that end at a payment page say so to browsers, which check where a redirect leads."""

from dataclasses import replace

from eventsapp import settings
from eventsapp.domain.programme import releases
from tests import make


def test_forms_may_lead_to_the_payment_pages_of_the_account_and_nowhere_else(app, client):
    product = make.product()
    releases.publish(product.series_id, actor="test")
    order = make.web_order(product)
    slug = product.event.series.slug
    own = replace(app.extensions["settings"], stripe_checkout="https://pay.example.org")
    settings.use(own)

    pages = (f"/fr/{slug}/tickets", f"/fr/{slug}/orders/{order.code}/{order.secret}")
    for page in pages:
        policy = client.get(page, follow_redirects=True).headers["Content-Security-Policy"]
        allowed = "form-action 'self' https://checkout.stripe.com https://pay.example.org;"
        assert allowed in policy, page
    assert "form-action 'self';" in client.get(f"/fr/{slug}/").headers["Content-Security-Policy"]
