"""The pages of the console."""

from app.console.routes.account import router as account
from app.console.routes.accountability import router as accountability
from app.console.routes.files import router as files
from app.console.routes.framed import router as framed
from app.console.routes.lost import router as lost
from app.console.routes.portfolio import router as portfolio
from app.console.routes.program import router as program
from app.console.routes.ranking import router as ranking
from app.console.routes.signing import router as signing

# `lost` takes every address that no other page has: it comes last.
ROUTERS = (signing, files, framed, portfolio, ranking, account, accountability, program, lost)
