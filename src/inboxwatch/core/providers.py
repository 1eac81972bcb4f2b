"""Public mail providers: domains that say nothing about whose mail it is (rules L03, S26)."""

from __future__ import annotations

PUBLIC_PROVIDERS = frozenset(
    """
    126.com 163.com abv.bg aim.com alice.it aol.com aon.at arcor.de att.net bell.net
    bellsouth.net bigpond.com bluewin.ch bol.com.br btinternet.com centrum.cz charter.net
    comcast.net cox.net duck.com earthlink.net email.cz fastmail.com fastmail.fm foxmail.com
    free.fr freenet.de gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.fr gmx.net googlemail.com
    hanmail.net hey.com home.nl hotmail.co.uk hotmail.com hotmail.de hotmail.es hotmail.fr
    hotmail.it hushmail.com icloud.com inbox.lv interia.pl juno.com laposte.net libero.it
    list.ru live.co.uk live.com live.de live.fr live.it live.nl mac.com mail.com mail.de mail.ru
    mailbox.org mailfence.com me.com msn.com naver.com neuf.fr ntlworld.com o2.pl onet.pl
    online.de optonline.net optusnet.com.au orange.fr outlook.com outlook.de outlook.es
    outlook.fr outlook.it passport.com pm.me posteo.de posteo.net proton.me protonmail.ch
    protonmail.com qq.com rambler.ru rediffmail.com rocketmail.com rogers.com runbox.com sapo.pt
    sbcglobal.net seznam.cz sfr.fr shaw.ca sina.com sky.com skynet.be sympatico.ca t-online.de
    talktalk.net telenet.be telia.com terra.com.br tin.it tiscali.it tuta.com tuta.io
    tutanota.com tutanota.de ukr.net uol.com.br verizon.net virgilio.it virginmedia.com
    vodafone.de wanadoo.fr web.de windowslive.com wp.pl xs4all.nl ya.ru yahoo.ca yahoo.co.in
    yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.au yahoo.com.br yahoo.de yahoo.es yahoo.fr
    yahoo.in yahoo.it yandex.com yandex.ru yeah.net ymail.com ziggo.nl zoho.com zohomail.com
    """.split()  # noqa: SIM905 - names in columns read better than 140 quoted lines
)
"""Registrable domains under which anybody has an address."""
