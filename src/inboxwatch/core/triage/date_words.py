"""The words of dates in English, German, French, Spanish and Dutch, folded.

Each table maps words to a number, which ``dates`` gives its meaning; a row holds the words of one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def _words(rows: str, first: int = 0) -> Mapping[str, int]:
    """Rows of words that mean the row's number; an underscore stands for a space."""
    lines = enumerate(rows.strip().splitlines(), first)
    return {word.replace("_", " "): number for number, line in lines for word in line.split()}


WEEKDAYS = _words("""
monday montag lundi lunes maandag
tuesday tue tues dienstag mardi martes dinsdag
wednesday mittwoch mercredi miercoles woensdag
thursday thu thur thurs donnerstag jeudi jueves donderdag
friday fri freitag vendredi viernes vrijdag
saturday samstag sonnabend samedi sabado zaterdag
sunday sonntag dimanche domingo zondag
""")
MONTHS = _words(
    """
january jan januar janner jaenner janvier enero januari
february feb februar fevrier febrero februari
march mar marz maerz mars marzo maart
april apr avril abril
may mai mayo mei
june jun juni juin junio
july jul juli juillet julio
august aug aout agosto augustus
september sep sept septembre septiembre setiembre
october oct oktober okt octobre octubre
november nov novembre noviembre
december dec dezember dez decembre diciembre
""",
    first=1,
)
NEAR = _words("""
today tonight this_morning this_afternoon this_evening eod cob noon midnight end_of_day \
end_of_the_day end_of_business close_of_business heute heute_abend heute_mittag \
heute_nachmittag mittag mitternacht aujourd'hui ce_soir cet_apres-midi midi minuit \
la_fin_de_journee la_fin_de_la_journee hoy esta_noche esta_tarde mediodia medianoche \
el_final_del_dia vandaag vanavond vanmiddag middernacht het_einde_van_de_dag eind_van_de_dag
tomorrow tomorrow_morning tomorrow_evening morgen morgen_fruh morgen_frueh morgen_abend demain \
demain_matin demain_soir manana manana_por_la_manana manana_por_la_tarde morgenochtend \
morgenavond
the_day_after_tomorrow ubermorgen uebermorgen apres-demain apres_demain pasado_manana overmorgen
""")
NUMBERS = _words(
    """
a an one ein eine einer einem einen un une una een
two couple_of zwei deux dos twee
three drei trois tres drie
four vier quatre cuatro
five funf fuenf cinq cinco vijf
six sechs seis zes
seven sieben sept siete zeven
eight acht huit ocho
nine neun neuf nueve negen
ten zehn dix diez tien
""",
    first=1,
)
UNITS = _words("""
hour hours h hrs stunde stunden std heure heures hora horas uur uren
day days tag tage tagen jour jours dia dias dag dagen
business_day business_days working_day working_days werktag werktage werktagen arbeitstag \
arbeitstage arbeitstagen jours_ouvres jours_ouvrables dias_habiles dias_laborables werkdag \
werkdagen
week weeks woche wochen semaine semaines semana semanas weken
month months monat monate monaten mois mes meses maand maanden
""")
ENDS = _words("""
end_of_the_week end_of_this_week end_of_week ende_der_woche ende_dieser_woche \
la_fin_de_la_semaine fin_de_semaine el_final_de_la_semana final_de_semana \
het_einde_van_de_week eind_van_de_week
next_week nachste_woche nachster_woche naechste_woche naechster_woche la_semaine_prochaine \
la_proxima_semana la_semana_que_viene volgende_week
the_weekend this_weekend weekend wochenende dem_wochenende le_week-end le_weekend \
el_fin_de_semana het_weekend
end_of_the_month end_of_this_month end_of_month month_end monatsende ende_des_monats \
la_fin_du_mois fin_de_mes final_de_mes el_final_del_mes het_einde_van_de_maand \
eind_van_de_maand
end_of_the_year end_of_this_year end_of_year year_end jahresende ende_des_jahres \
la_fin_de_l'annee fin_de_ano final_de_ano het_einde_van_het_jaar eind_van_het_jaar
christmas christmas_eve xmas weihnachten heiligabend noel navidad kerst kerstmis
easter ostern paques semana_santa pasen
""")
