"""The columns of the three sheets: regions, sites, people. The template, the import and the export read from here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """`also`: other headings that people use for it. `example` stands in the template."""

    key: str
    zh: str
    en: str
    example: str
    wanted: bool = False
    most: int = 0
    also: tuple[str, ...] = ()

    @property
    def headings(self) -> frozenset[str]:
        return frozenset(folded(each) for each in (self.key, self.zh, self.en, *self.also))


def folded(heading: str) -> str:
    """A heading as it is compared: without case, spaces, stars and brackets of hints."""
    text = heading.split("（")[0].split("(")[0]
    return "".join(text.replace("*", "").replace("＊", "").split()).lower()


KINDS: dict[str, tuple[Column, ...]] = {
    "regions": (
        Column("code", "区划代码", "Region code", "990123101", True, 12, ("统计用区划代码", "代码")),
        Column("name_zh", "名称", "Name", "石桥镇", True, 80, ("区划名称",)),
        Column("name_en", "英文名称", "English name", "Shiqiao Town", False, 80),
    ),
    "sites": (
        Column("code", "点位编号", "Site code", "SQ-001", True, 40, ("编号",)),
        Column("region", "区划代码", "Region code", "990123101", True, 12, ("所属区划",)),
        Column("name_zh", "名称", "Name", "石桥镇便民服务中心", True, 120, ("点位名称", "中心名称")),
        Column("name_en", "英文名称", "English name", "Shiqiao Town Service Centre", False, 120),
        Column("address", "地址", "Address", "石桥镇桥东路18号", False, 200),
        Column("lat", "纬度", "Latitude", "36.1852", False, 12),
        Column("lon", "经度", "Longitude", "118.1684", False, 12),
        Column("windows", "窗口数", "Windows", "12", False, 6, ("服务窗口数",)),
        Column("person", "责任人", "Responsible person", "李", False, 80, ("负责人",)),
        Column("hours", "开放时间", "Opening hours", "08:30-12:00 13:30-17:00", False, 80),
        Column("active", "状态", "State", "在用", False, 10),
    ),
    "people": (
        Column("username", "用户名", "User name", "lin", True, 40, ("账号",)),
        Column("unit", "单位", "Unit", "县政务服务局督查股", False, 120, ("所在单位",)),
        Column("qualifications", "资格", "Qualifications", "执法证、窗口规范", False, 400, ("检查资格",)),
        Column("own_town", "本人户籍或居住地", "Own town", "990123102", False, 400, ("本镇",)),
        Column("relative", "亲属任职地", "Relatives at", "990123103", False, 400),
        Column("former_post", "曾任职地", "Former posts", "990123104", False, 400, ("原任职地",)),
        Column("named", "其他回避点位", "Other sites to avoid", "SQ-001", False, 400),
        Column("available", "可参加", "Available", "是", False, 10),
    ),
}  # fmt: skip

STATES = {"在用": True, "停用": False, "open": True, "closed": False}
YES_NO = {"是": True, "否": False, "yes": True, "no": False}
