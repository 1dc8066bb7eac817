using System.Net;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Probes;

/// <summary>What came of one connection: a session, or why there is none.</summary>
/// <param name="Session">The session, or null.</param>
/// <param name="Setback">What the host did, or null when none was connected to.</param>
/// <param name="Outcome">The outcome when there is no session.</param>
/// <param name="Seen">Whom the host's greeting named, where its name did not.</param>
internal readonly record struct Attempted(SmtpSession? Session, Setback? Setback, ProbeOutcome? Outcome, ProviderPolicy? Seen = null);

/// <summary>Tries one address of a route, in TLS and, when that cannot be agreed, once more in clear.</summary>
internal sealed class SessionAttempt(ISmtpDialer dialer, Func<ReplyContext, ReplyFinding> read, ProviderCatalog? providers, TimeProvider clock, SessionSetup setup, Candidate candidate, long began)
{
    /// <summary>Connects and greets.</summary>
    public async ValueTask<Attempted> RunAsync(CancellationToken cancellationToken)
    {
        // Many hosts offer TLS that nobody can agree on.
        var first = await RunAsync(inClear: false, cancellationToken);
        return first.Setback is { IsTlsFailure: true } && !setup.DemandsTls ? await RunAsync(inClear: true, cancellationToken) : first;
    }

    private async ValueTask<Attempted> RunAsync(bool inClear, CancellationToken cancellationToken)
    {
        var timer = new StepTimer(clock);
        Conversation? conversation = null;
        SmtpSession? session = null;
        try
        {
            // :: Step 1: connect.
            timer.Begin(began, setup.Timeouts.Whole, cancellationToken);
            var dialled = await dialer.DialAsync(candidate.Address, setup.Egress, timer.Arm(setup.Timeouts.Connect));
            if (dialled.Channel is not { } channel)
            {
                timer.ThrowIfCallerGaveUp();
                return new Attempted(null, null, new ProbeOutcome.Lost(Trace(SmtpStage.Connect, null, null, null), dialled.Cause));
            }

            // :: Step 2: greet.
            conversation = new Conversation(channel, timer, clock);
            var recognition = new Recognition(providers, candidate.Exchanger);
            var greeting = new Greeting(conversation, candidate.Exchanger.Host, recognition, setup.Egress, setup.Timeouts, read) { IsTlsSpent = inClear };
            if (await greeting.GreetAsync(setup.WantsTls && !inClear, setup.DemandsTls) is { } setback)
                return new Attempted(null, setback, setback.ToOutcome(Trace(setback.Stage, candidate.Exchanger.Host, candidate.Address, greeting.Tls) with { ReadAs = greeting.ReadAs }));

            // :: Step 3: who greets under a name of its own is asked as its kind allows.
            var held = recognition.Seen is { } seen ? setup with { Policy = setup.Policy.Stricter(seen) } : setup;
            session = new SmtpSession(conversation, greeting, timer, clock, held, candidate, began);
            return new Attempted(session, null, null, recognition.Seen);
        }
        finally
        {
            timer.End();
            if (session is null && conversation is not null)
                await conversation.QuitAsync(setup.Timeouts.Quit);
            else if (session is null)
                timer.Dispose();
        }
    }

    private ProbeTrace Trace(SmtpStage stage, string? host, IPAddress? address, string? tls) =>
        new(clock.GetUtcNow(), stage, host, address, setup.Egress.Name, tls, clock.GetElapsedTime(began));
}
