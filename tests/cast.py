"""The people of every test: who they are, what they may see.

Mingxi county (`990123`) inspects its eleven towns. 林 and 赵 are inspectors, 周 leads them, 石 answers for the hall of
Shiqiao, 吴 reads results, 陈 runs the system; 钱 inspects in another county and must never see any of it.
"""

from dataclasses import dataclass

COUNTY = "990123"
OTHER_COUNTY = "990456"
SHIQIAO = "990123101"


@dataclass(frozen=True)
class Person:
    username: str
    name: str
    role: str
    scope: str


LIN = Person("lin", "林", "inspector", COUNTY)
ZHAO = Person("zhao", "赵", "inspector", COUNTY)
ZHOU = Person("zhou", "周", "supervisor", COUNTY)
SHI = Person("shi", "石", "centre", SHIQIAO)
WU = Person("wu", "吴", "viewer", COUNTY)
CHEN = Person("chen", "陈", "admin", COUNTY)
QIAN = Person("qian", "钱", "inspector", OTHER_COUNTY)

EVERYONE = (LIN, ZHAO, ZHOU, SHI, WU, CHEN, QIAN)
