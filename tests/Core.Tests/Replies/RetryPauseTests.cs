using System.Diagnostics;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Tests.Replies;

public sealed class RetryPauseTests
{
    [Theory]
    [InlineData("try again in 300 seconds", 300)]
    [InlineData("greylisted for 300 s", 300)]
    [InlineData("greylisted, 300s", 300)]
    [InlineData("wait 5 min.", 300)]
    [InlineData("come back in 5m", 300)]
    [InlineData("come back in 1 hour", 3600)]
    [InlineData("come back in an hour", 3600)]
    [InlineData("wait one hour", 3600)]
    [InlineData("wait half an hour", 1800)]
    [InlineData("retry after 1 hour and 30 minutes", 5400)]
    [InlineData("retry in 1h 30min", 5400)]
    [InlineData("retry in 2 minutes, 30 seconds", 150)]
    [InlineData("retry in twenty five minutes", 1500)]
    [InlineData("retry in 1.5 hours", 5400)]
    [InlineData("retry in 5-10 minutes", 600)]
    [InlineData("retry in 5 to 10 minutes", 600)]
    [InlineData("retry after 00:05:00", 300)]
    [InlineData("retry in 04:58", 298)]
    [InlineData("wait at least 15 minutes", 900)]
    [InlineData("deferred for 24 hours", 86_400)]
    [InlineData("deferred for 1 day", 86_400)]
    [InlineData("a 10-minute delay for strangers", 600)]
    [InlineData("Too many connections from 192.0.2.1, try again in 5 minutes", 300)]
    [InlineData("Too many connections from your address try again in 5 minutes", 300)]
    [InlineData("20 messages in 60 seconds is too many; wait 5 minutes", 300)]
    [InlineData("send your message in 5 minutes", 300)]
    [InlineData("bitte nach 5 Minuten erneut versuchen", 300)]
    [InlineData("in einer halben Stunde", 1800)]
    [InlineData("nach einer Stunde", 3600)]
    [InlineData("für 90 Sekunden zurückgestellt", 90)]
    [InlineData("in fünf Minuten", 300)]
    [InlineData("merci de réessayer dans 5 minutes", 300)]
    [InlineData("dans une heure", 3600)]
    [InlineData("dans une demi-heure", 1800)]
    [InlineData("après 2 heures", 7200)]
    [InlineData("reintente en 10 minutos", 600)]
    [InlineData("en cinco minutos", 300)]
    [InlineData("dentro de una hora", 3600)]
    [InlineData("dentro de media hora", 1800)]
    [InlineData("espere 30 segundos", 30)]
    [InlineData("tente novamente em 15 minutos", 900)]
    [InlineData("daqui a uma hora", 3600)]
    [InlineData("após 2 horas", 7200)]
    [InlineData("повторите через 10 минут", 600)]
    [InlineData("через 45 секунд", 45)]
    [InlineData("через час", 3600)]
    [InlineData("через полчаса", 1800)]
    [InlineData("через 2 часа", 7200)]
    [InlineData("подождите пять мин.", 300)]
    [InlineData("riprovare tra 5 minuti", 300)]
    [InlineData("fra un'ora", 3600)]
    [InlineData("tra mezz'ora", 1800)]
    [InlineData("probeer het binnen 10 minuten opnieuw", 600)]
    [InlineData("na een uur", 3600)]
    [InlineData("spróbuj ponownie za 5 minut", 300)]
    [InlineData("za godzinę", 3600)]
    public void Find_InTheLanguagesOfServers_IsThePause(string text, int? seconds) => Assert.Equal(seconds, RetryPause.Find(text)?.TotalSeconds);

    [Theory]
    [InlineData("limit 100 per hour")]
    [InlineData("100 messages an hour are allowed")]
    [InlineData("20 messages in 60 seconds")]
    [InlineData("more than 20 messages within 1 minute")]
    [InlineData("too many messages in 60 seconds")]
    [InlineData("too many messages in an hour")]
    [InlineData("max 5 in 60 seconds")]
    [InlineData("30 connections per 60 seconds")]
    [InlineData("one every 10 seconds")]
    [InlineData("in the last 24 hours")]
    [InlineData("during the past 5 minutes")]
    [InlineData("blocked 5 minutes ago")]
    [InlineData("within a 24 hour window")]
    [InlineData("the 1 hour limit is reached")]
    [InlineData("timeout after 300 seconds")]
    [InlineData("timed out after 60 s")]
    [InlineData("idle for 5 minutes")]
    [InlineData("zu viele Nachrichten in 60 Sekunden")]
    [InlineData("in den letzten 24 Stunden")]
    [InlineData("vor 5 Minuten gesperrt")]
    [InlineData("trop de messages en 60 secondes")]
    [InlineData("ces dernières 24 heures, au cours des dernières 2 heures")]
    [InlineData("il y a 5 minutes")]
    [InlineData("demasiados mensajes en 60 segundos")]
    [InlineData("en las últimas 2 horas")]
    [InlineData("hace 5 minutos")]
    [InlineData("muitas mensagens em 60 segundos")]
    [InlineData("nas últimas 2 horas")]
    [InlineData("слишком много писем за 10 минут")]
    [InlineData("за последние 2 часа")]
    [InlineData("5 минут назад")]
    [InlineData("size limit 5M, 10 MB, 300 s3")]
    [InlineData("port 25 h2")]
    [InlineData("id 4f3h5s-12h")]
    [InlineData("queue 12345678 s")]
    [InlineData("since 10:11:12")]
    [InlineData("come back after 10:00 UTC")]
    [InlineData("come back after 10:00 Uhr")]
    [InlineData("retry after 2026-11-29T10:00Z")]
    [InlineData("retry after 2026-11-29 10:00:00 +0000")]
    [InlineData("5 minimum, 3 secrets, 4 hoursome")]
    [InlineData("in a moment, in a few minutes, after a while")]
    [InlineData("in 0 seconds, in 400 hours, in 2 days")]
    [InlineData("4.7.1 s")]
    [InlineData("")]
    public void Find_WhatIsCountedPastOrNoTime_IsNone(string text) => Assert.Null(RetryPause.Find(text));

    [Theory]
    [InlineData("in a ")]
    [InlineData("in ")]
    [InlineData("1 ")]
    [InlineData("9 min last ")]
    [InlineData("5 messages in 60 seconds ")]
    [InlineData("last 1 min and ")]
    [InlineData("x")]
    [InlineData(" ")]
    [InlineData("-")]
    [InlineData("1:1:")]
    [InlineData("за 1 минут ")]
    public void Find_OfLongTexts_TakesLinearTimeAndNoMemory(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 65_536 / piece.Length));
        _ = RetryPause.Find(text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var began = Stopwatch.GetTimestamp();

        _ = RetryPause.Find(text);

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var took = Stopwatch.GetElapsedTime(began);
        Assert.Equal(0, allocated);

        // Generous, for machines at work: what is not linear takes minutes.
        Assert.True(took < TimeSpan.FromSeconds(1), $"It took {took}.");
    }
}
