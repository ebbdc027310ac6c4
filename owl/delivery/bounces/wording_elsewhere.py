"""The same in the languages of other postmasters, from German to Japanese."""

from __future__ import annotations

from owl.delivery.bounces.saying import Saying

ELSEWHERE: dict[Saying, str] = {
    Saying.FULL: """
        postfach voll; postfach ist voll; postfach des empfängers ist voll; mailbox voll; mailbox ist voll;
        speicherplatz*; kontingent überschritten; quota überschritten; überfüllt; boîte pleine; boite pleine;
        boîte aux lettres pleine; boite aux lettres pleine; boîte est pleine; boite est pleine;
        boîte de réception pleine; quota dépassé; quota depasse; espace disque insuffisant; buzón lleno;
        buzon lleno; buzón está lleno; buzon esta lleno; cuota excedida; excedido la cuota; excede la cuota;
        casilla llena; sin espacio; postvak vol; postbus vol; postvak is vol; mailbox is vol;
        quotum overschreden; schijfruimte; casella piena; spazio esaurito; caixa cheia; caixa postal cheia;
        caixa de correio cheia; quota excedida; skrzynka pełna; skrzynka jest pełna; przepełnion*;
        ящик переполнен; переполнен*; превышен* квот*; 容量を超; 容量オーバー; 容量が一杯; 容量がいっぱい;
        メールボックスがいっぱい; メールボックスが一杯; 受信箱が満杯; 信箱已满; 邮箱已满; 空间不足
    """,
    Saying.NO_MAILBOX: """
        benutzer unbekannt; unbekannter benutzer; unbekannter empfänger; empfänger unbekannt;
        empfänger ist unbekannt; adressat unbekannt; adresse unbekannt; existiert nicht; existieren nicht;
        nicht existent; nicht bekannt; nicht gefunden; wurde gelöscht; kein benutzer; kein postfach;
        kein empfänger; unzustellbare adresse; ungültige adresse; ungültiger empfänger; keine mailbox;
        empfängeradresse ungültig; nicht vorhanden; gibt es nicht; utilisateur inconnu; destinataire inconnu;
        adresse inconnue; inconnu à cette adresse; boîte inconnue; boite inconnue; n'existe pas; n'existe plus;
        inexistant*; adresse invalide; destinataire invalide; introuvable; compte fermé; compte supprimé;
        usuario desconocido; destinatario desconocido; dirección desconocida; direccion desconocida; no existe;
        no existe el usuario; buzón desconocido; usuario no encontrado; dirección inválida; inexistente;
        cuenta cancelada; no se encuentra; no se ha encontrado; no se encontró; gebruiker onbekend;
        onbekende gebruiker; onbekende ontvanger; ontvanger onbekend; adres onbekend; onbekend adres;
        bestaat niet; bestaat niet meer; niet gevonden; ongeldig adres; niet bekend; is opgeheven;
        utente sconosciuto; destinatario sconosciuto; non esiste; inesistente; indirizzo errato; non trovato;
        casella inesistente; usuário desconhecido; usuario inexistente; destinatário desconhecido; não existe;
        nao existe; conta cancelada; endereço inválido; nieznany użytkownik; użytkownik nieznany;
        nie ma takiego użytkownika; nie istnieje; nie ma takiego konta; nie ma uzytkownika; okänd mottagare;
        finns inte; ukendt modtager; findes ikke; brukeren finnes ikke; finnes ikke; tuntematon vastaanottaja;
        neznámý uživatel; neexistuje; ismeretlen; nem létezik;
        пользователь не найден; не существует; нет такого пользователя; неизвестный пользователь;
        адрес не найден; получатель не найден; ящик не существует; 存在しません; 存在しない; 宛先不明;
        あて先不明; 宛先が見つかりません; 見つかりません; 見つかりませんでした; ユーザー不明; ユーザが不明;
        ユーザーが不明; 利用者不明; 該当者なし; アドレスが間違; 用户不存在; 不存在; 收件人不存在; 找不到;
        查無此人; 無此帳號; 没有该用户; 존재하지 않; 찾을 수 없
    """,
    Saying.OURS: """
        richtlinie; richtlinien; gesperrt; abgelehnt wegen; bloqué*; bloqueado; refusé pour; rechazado por;
        geblokkeerd; geweigerd; ongewenst; indésirable; no deseado; bloccat*; bloqueada; zablokowan*; спам;
        заблокирован*; 迷惑メール; 受信拒否; 拒否され; 垃圾邮件; 被拒绝
    """,
    Saying.NO_HOST: """
        unbekannte domain; domain existiert nicht; domaine inconnu; dominio desconocido; onbekend domein;
        dominio inesistente; ホスト不明; ドメインが存在
    """,
    Saying.CLOSED: """
        deaktiviert; stillgelegt; désactivé*; desactivada; suspendida; gedeactiveerd; gedeaktiveerd; zawieszon*;
        заблокирована
    """,
    Saying.LATER: """
        später; vorübergehend; plus tard; temporairement; más tarde; temporalmente; probeer het later; tijdelijk;
        一時的; しばらく
    """,
}
