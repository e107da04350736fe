"""The account's page that is made to be framed inside a CRM's record: by a link, without a key or a session."""

from typing import Annotated

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from app.cards.service.links import LinkNotValid, Links
from app.console.deps import pages
from app.console.schemas.pages import framed_page
from app.console.service import framing
from app.infra import request_ids
from app.tenancy.deps import Doorkeeper, count

router = pages()


@router.get("/framed/{token}")
async def show_framed_account(
    token: Annotated[str, Path(max_length=1_000, description="The link's own part")], request: Request
) -> Response:
    """Show the account of a link, for as long as the link is good."""
    links: Links = request.app.state.card_links
    keeper: Doorkeeper = request.app.state.doorkeeper
    try:
        link = links.opened(token)
    except LinkNotValid:
        return framed_page("framed_over.html", {}, (), status=404)
    request_ids.current().tenant_id = str(link.tenant_id)
    count(keeper, f"framed {link.account_id}")
    async with keeper.database.transaction(link.tenant_id) as connection:
        found = await framing.framed(connection, link)
    if found.card is None:
        return framed_page("framed_over.html", {}, found.ancestors, status=404)
    return framed_page("framed.html", {"card": found.card}, found.ancestors)
