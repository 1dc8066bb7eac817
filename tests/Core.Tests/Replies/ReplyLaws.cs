using System.Net;
using CsCheck;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Tests.Replies;

/// <summary>What holds of every reply, whatever stands around its words: nobody is called undeliverable for what was said of us, of our sender, of a rate, of time or of a fault of the server.</summary>
public sealed class ReplyLaws
{
    // In six languages; the code and the enhanced code are drawn.
    private static readonly string[] NotOfTheMailbox =
    [
        "Your IP 192.0.2.7 is blocked", "listed at zen.spamhaus.org", "There is no PTR record for your host", "poor reputation of your network", "SPF check failed for your domain", "your HELO name was rejected",
        "Ihre IP-Adresse ist gesperrt", "votre adresse IP est bloquée", "su dirección IP está bloqueada", "seu endereço IP está bloqueado", "ваш IP заблокирован",
        "too many connections from your host", "rate limit exceeded, slow down", "zu viele Verbindungen", "trop de connexions", "demasiadas conexiones", "muitas conexões", "слишком много соединений",
        "greylisted, try again in 5 minutes", "Greylisting aktiv", "liste grise", "lista gris", "lista cinza", "серый список",
        "temporarily unavailable", "Temporary lookup failure", "LDAP error", "internal error, try again later", "vorübergehend nicht erreichbar", "erreur interne", "error interno del servidor", "erro interno, temporariamente", "временно недоступен",
        "sender address rejected: not found", "your domain does not exist", "Absenderadresse abgelehnt", "adresse expéditeur refusée", "dirección del remitente rechazada", "endereço do remetente rejeitado", "адрес отправителя отклонен",
    ];

    // What stands around words in real replies and says nothing by itself.
    private static readonly Gen<string> Around = Gen.OneOf(
        Gen.Char[' ', '@'].Array[0, 30].Select(chars => new string(chars)),
        Gen.OneOf("", "550-5.7.1", "#5.1.1", "[AM5EUR03FT012.example]", "a1b2c3d4e5", "<jane@target.example>", "https://x.example/user-unknown?p=no-such-user", "gsmtp", "(S3150)", "\n", ". ", " ; ", "see", "id=4F2Xyz1Q"));

    private static readonly Gen<ReplyMask?> Ours = Gen.OneOf(
        Gen.Const((ReplyMask?)null),
        Gen.OneOf("jane@target.example", "user.unknown@target.example", "no-such-user@not.found.example").Select(recipient => (ReplyMask?)new ReplyMask(recipient, "probe@egress.example", "mail.egress.example", "192.0.2.7")));

    private static readonly Gen<EnhancedCode?> Enhanced = Gen.OneOf(
        Gen.Const((EnhancedCode?)null),
        Gen.Select(Gen.Int[4, 5], Gen.Int[0, 7], Gen.Int[0, 30], (a, b, c) => (EnhancedCode?)new EnhancedCode(a, b, c)));

    [Fact]
    public void Read_WhatIsNotSaidOfTheMailbox_NeverMakesItUndeliverable() =>
        Gen.Select(Gen.OneOf(NotOfTheMailbox), Around.Array[0, 5], Around.Array[0, 5], Enhanced, Gen.Int[400, 599], Gen.OneOf<string?>(null, "mx1.example.com", "mx00.gmx.net", "mx.yandex.ru", "aspmx.l.google.com"), Ours)
            .Sample((said, before, after, enhanced, code, exchanger, ours) =>
            {
                var text = $"{string.Join(' ', before)} {said} {string.Join(' ', after)}";
                var reply = new SmtpReply(code, enhanced, text);
                var finding = ReplyRules.Default.Read(new ReplyContext(SmtpStage.Rcpt, reply, exchanger, ours));

                Assert.False(StatusOf(reply, finding) is VerdictStatus.Undeliverable, $"{code} {enhanced} {text} at {exchanger}: {finding}");
            });

    // The last word on the reply, were there no further try.
    private static VerdictStatus StatusOf(SmtpReply reply, ReplyFinding finding)
    {
        var trace = new ProbeTrace(DateTimeOffset.UnixEpoch, SmtpStage.Rcpt, "mx1.example.com", IPAddress.Loopback, "eg-1", Tls: null, TimeSpan.Zero);
        var judgement = Judge.Of(new ProbeOutcome.Answered(trace, reply, finding, []), new Circumstances { CatchAll = CatchAllBelief.Of(CatchAllState.RefusesDecoys) });
        return judgement switch
        {
            Judgement.Final final => final.Status,
            Judgement.Again again => again.Last.Status,
            _ => throw new InvalidOperationException(),
        };
    }
}
