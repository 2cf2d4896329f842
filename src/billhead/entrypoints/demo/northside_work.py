"""The work orders of Northside Auto, the newest first: every state that a work order and its invoice can be in."""

from billhead.entrypoints.demo.story import Ending, Estimate, Line, Work, flat, labor, part
from billhead.work_orders.rules import WorkOrderStatus

_OPEN, _IN_PROGRESS, _CANCELLED = WorkOrderStatus.OPEN, WorkOrderStatus.IN_PROGRESS, WorkOrderStatus.CANCELLED
_DRAFTED, _ISSUED = Ending.DRAFTED, Ending.ISSUED
_INSPECTION = ("INSPECTION_REPORT", "Multi-point inspection report")
_PHOTOS = ("PHOTO_SET", "Photos before and after")


def _oil_change(quarts: str) -> list[Line]:
    return [
        labor("Oil and filter change", "0.5", "165.00", "LAB-GEN"),
        part("Full synthetic oil, 0W-20", quarts, "11.45", "OIL-SYN"),
        part("Oil filter", "1", "12.90", "FLT-OIL"),
    ]


def _front_brakes() -> list[Line]:
    return [
        labor("Front brakes: replace pads and rotors, road test", "1.8", "165.00", "LAB-GEN"),
        part("Brake pads, front, ceramic", "1", "89.99", "BRK-PAD-F"),
        part("Brake rotor, coated", "2", "94.50", "BRK-ROT"),
    ]


def _tires(count: str) -> list[Line]:
    return [
        part("All-season tire, 225/60R18", count, "168.00", "TIR-AS"),
        flat("Mount and balance", "24.00", "TIR-BAL", quantity=count),
        flat("Tire disposal", "4.50", "DSP-TIRE", quantity=count, taxable=False),
    ]


WORK = (
    Work(
        reference="WO-1042", days_ago=0, client="Grace Whitaker", vehicle="2017 Subaru Outback 2.5i · BKR4217",
        lines=[
            labor("Brake job: front and rear pads, machine rear rotors", "2.5", "165.00", "LAB-GEN"),
            part("Brake pads, front, ceramic", "1", "89.99", "BRK-PAD-F"),
            part("Brake pads, rear, ceramic", "1", "79.99", "BRK-PAD-R"),
            part("Brake fluid, DOT 4", "2", "14.20", "BRK-FLD"),
        ],
        papers=[_INSPECTION, _PHOTOS],
    ),
    Work(
        reference="WO-1041", days_ago=0, client="Maya Okafor", vehicle="2019 Honda CR-V EX · CDL8820",
        lines=[
            labor("Timing cover reseal", "6.25", "165.00", "LAB-GEN"),
            labor("Diagnose oil leak, dye test", "1.0", "185.00", "LAB-DIAG", percent_off="50"),
            part("Gasket set, timing cover", "1", "118.35"),
            part("Full synthetic oil, 0W-20", "5", "11.45", "OIL-SYN"),
        ],
        papers=[_INSPECTION],
    ),
    Work(reference="WO-1040", days_ago=0, client="Linh Tran", vehicle="2021 Toyota Prius Prime · EVN3391", status=_OPEN,
         ready=False, approved=None, estimate=Estimate.NONE),
    Work(reference="WO-1039", days_ago=0, client="Rainier Couriers LLC", location="Ballard depot",
         vehicle="2020 Ford Transit 250 · van 14", status=_OPEN, ready=False, approved=None),
    Work(
        reference="WO-1038", days_ago=1, client="Daniel Reyes", vehicle="2015 Mazda 3 Touring · AXT5560",
        status=_IN_PROGRESS, ready=False, lines=_front_brakes(),
    ),
    Work(
        reference="WO-1037", days_ago=1, client="Kestrel Robotics Inc.", vehicle="2022 Ford F-150 Lightning · KR-03",
        status=_IN_PROGRESS, ready=False, approved=None,
        lines=[labor("Isolate high-voltage fault, replace interlock harness", "3.0", "210.00", "LAB-EV")],
    ),
    Work(
        reference="WO-1036", days_ago=1, client="Tom Halvorsen", vehicle="2012 Volvo XC70 · ATD7715", ready=False,
        lines=[*_tires("4"), flat("Four-wheel alignment", "149.00", "ALN-4W")],
    ),
    Work(
        reference="WO-1035", days_ago=2, client="Priya Raman", vehicle="2018 Tesla Model 3 · BHM2044", approved=None,
        lines=[
            labor("Replace 12 V battery and cabin filters", "0.8", "210.00", "LAB-EV"),
            part("Battery, AGM H6, 760 CCA", "1", "239.00", "BAT-AGM"),
            part("Cabin air filter, activated carbon", "2", "36.75", "FLT-CAB"),
        ],
    ),
    Work(
        reference="WO-1034", days_ago=2, client=None, vehicle="2011 Ford Ranger · walk-in", approved="IN_PERSON",
        estimate=Estimate.NONE, lines=[labor("Patch tire, right rear", "0.4", "165.00", "LAB-GEN")],
    ),
    Work(
        reference="WO-1033", days_ago=2, client="Commencement Film Rentals", vehicle="2016 Mercedes Sprinter · CFR-2",
        lines=[
            labor("Replace coolant pump and thermostat", "4.5", "165.00", "LAB-GEN"),
            part("Coolant pump with gasket", "1", "312.40"),
            part("Coolant, OE specification", "3", "24.60", "CLT-OE"),
        ],
        ending=_DRAFTED,
    ),
    Work(
        reference="WO-1032", days_ago=3, client="Owen Castellano", vehicle="2014 Jeep Wrangler · ARB6672",
        estimate=Estimate.UNBOUND, ending=_DRAFTED,
        lines=[
            labor("Replace front shocks and steering damper", "2.2", "165.00", "LAB-GEN"),
            part("Shock absorber, front", "2", "104.00"),
            part("Steering damper", "1", "86.50"),
        ],
    ),
    Work(
        reference="WO-1031", days_ago=3, client="Rainier Couriers LLC", location="Bellevue depot",
        vehicle="2019 Ram ProMaster 1500 · van 09", ending=_DRAFTED,
        lines=[*_oil_change("6"), part("Engine air filter", "1", "28.40", "FLT-AIR"), *_tires("2")],
    ),
    Work(
        reference="WO-1030", days_ago=4, client="Lucía Morales", vehicle="2016 Nissan Rogue · BFK9904", approved="SMS",
        ending=_DRAFTED, lines=[*_oil_change("5"), part("Wiper blade", "2", "22.50", "WPR-BLD")],
    ),
    Work(
        reference="WO-1029", days_ago=4, client="Puget Produce Company", vehicle="2018 Isuzu NPR · truck 3",
        ending=Ending.SUPERSEDED, lines=_front_brakes(),
        added=[labor("Replace parking brake cable", "1.2", "165.00", "LAB-GEN"),
               part("Parking brake cable", "1", "64.90")],
    ),
    Work(reference="WO-1028", days_ago=5, client="Daniel Reyes", vehicle="2015 Mazda 3 Touring · AXT5560",
         status=_CANCELLED, ready=False, approved=None, estimate=Estimate.UNBOUND),
    Work(
        reference="WO-1027", days_ago=6, client="Tahoma Food Bank", vehicle="2017 Ford E-450 box truck · FB-1",
        ending=_ISSUED, papers=[_INSPECTION],
        lines=[
            labor("Replace liftgate hydraulic hose, bleed", "2.0", "165.00", "LAB-GEN", percent_off="15"),
            part("Hydraulic hose assembly", "1", "92.00"),
            flat("Multi-point inspection", "59.00", "INS-MULTI"),
        ],
    ),
    Work(
        reference="WO-1026", days_ago=8, client="Kestrel Robotics Inc.", vehicle="2021 Tesla Model Y · KR-01",
        approved="E_SIGNATURE", ending=_ISSUED, lines=[*_tires("4"), flat("Four-wheel alignment", "149.00", "ALN-4W")],
    ),
    Work(
        reference="WO-1025", days_ago=9, client="Linh Tran", vehicle="2021 Toyota Prius Prime · EVN3391",
        ending=_ISSUED, lines=_oil_change("4.5"),
    ),
    Work(
        reference="WO-1024", days_ago=11, client="Emerald City Plumbing", vehicle="2015 Chevrolet Express 2500 · 7",
        ending=Ending.REBILLED, void_reason="Billed for the wrong van", lines=_front_brakes(),
    ),
    Work(
        reference="WO-1023", days_ago=13, client="Maya Okafor", vehicle="2019 Honda CR-V EX · CDL8820", ending=_ISSUED,
        lines=[flat("Local tow, up to 10 miles", "125.00", "TOW-LOC"), labor("Jump start, test charging system", "0.6",
               "185.00", "LAB-DIAG"), part("Battery, AGM H6, 760 CCA", "1", "239.00", "BAT-AGM")],
    ),
    Work(
        reference="WO-1022", days_ago=17, client="Tom Halvorsen", vehicle="2012 Volvo XC70 · ATD7715",
        ending=Ending.VOIDED, void_reason="Goodwill: the noise came back within a day",
        lines=[labor("Replace sway bar links, front", "1.1", "165.00", "LAB-GEN"), part("Sway bar link", "2", "38.20")],
    ),
    Work(
        reference="WO-1021", days_ago=21, client="Rainier Couriers LLC", location="Ballard depot",
        vehicle="2020 Ford Transit 250 · van 11", ending=_ISSUED, papers=[_INSPECTION],
        lines=[*_front_brakes(), *_oil_change("7"), flat("Multi-point inspection", "59.00", "INS-MULTI")],
    ),
    Work(
        reference="WO-1020", days_ago=26, client="Owen Castellano", vehicle="2014 Jeep Wrangler · ARB6672",
        ending=_ISSUED,
        lines=[labor("Diagnose misfire, replace plugs and one coil", "2.3", "185.00", "LAB-DIAG"),
               part("Spark plug, iridium", "6", "17.80", "SPK-IRI"), part("Ignition coil", "1", "76.00")],
    ),
    Work(
        reference="WO-1019", days_ago=33, client="Puget Produce Company", vehicle="2018 Isuzu NPR · truck 2",
        ending=_ISSUED, lines=[*_oil_change("12"), part("Engine air filter", "1", "28.40", "FLT-AIR")],
    ),
    Work(
        reference="WO-1018", days_ago=41, client="Priya Raman", vehicle="2018 Tesla Model 3 · BHM2044", approved="SMS",
        ending=_ISSUED, lines=_tires("2"),
    ),
    Work(
        reference="WO-1017", days_ago=48, client="Rainier Couriers LLC", location="Bellevue depot",
        vehicle="2019 Ram ProMaster 1500 · van 08", ending=_ISSUED,
        lines=[labor("Replace rear leaf spring bushings", "3.4", "165.00", "LAB-GEN"),
               part("Bushing kit", "2", "47.25")],
    ),
    Work(
        reference="WO-1016", days_ago=62, client="Daniel Reyes", vehicle="2015 Mazda 3 Touring · AXT5560",
        ending=_ISSUED,
        lines=[*_oil_change("4.5"), part("Cabin air filter, activated carbon", "1", "36.75", "FLT-CAB")],
    ),
    Work(
        reference="WO-1015", days_ago=75, client="Emerald City Plumbing", vehicle="2017 Ford Transit Connect · 4",
        ending=_ISSUED, lines=[flat("Four-wheel alignment", "149.00", "ALN-4W"), *_tires("4")],
    ),
    Work(
        reference="WO-1014", days_ago=96, client="Linh Tran", vehicle="2021 Toyota Prius Prime · EVN3391",
        ending=_ISSUED, approved="E_SIGNATURE",
        lines=[labor("Clean hybrid battery cooling fan and duct", "1.5", "210.00", "LAB-EV")],
    ),
    Work(
        reference="WO-1013", days_ago=128, client="Old Mill Bakery", vehicle="2013 Nissan NV200 · van 1",
        ending=_ISSUED, lines=[*_front_brakes(), part("Brake fluid, DOT 4", "1", "14.20", "BRK-FLD")],
    ),
    Work(
        reference="WO-1012", days_ago=163, client="Tom Halvorsen", vehicle="2012 Volvo XC70 · ATD7715", ending=_ISSUED,
        lines=[labor("Replace timing belt, tensioner and water pump", "5.5", "165.00", "LAB-GEN"),
               part("Timing belt kit with water pump", "1", "398.00"),
               part("Coolant, OE specification", "2", "24.60", "CLT-OE")],
    ),
)  # fmt: skip
