using EmailVerify.Core.Addresses;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Grains.Emails;

/// <summary>Answers questions under test keys. Nothing leaves the process.</summary>
internal sealed class TestProber(TimeProvider clock) : IEmailProber
{
    public async Task<AttemptResult> AskAsync(EmailAddress address, int attempts)
    {
        var now = clock.GetUtcNow();
        switch (TestVerdicts.Answer(address, attempts, now))
        {
            case TestAnswer.Settled(var verdict, var after):
                await Task.Delay(after, clock);
                return new AttemptResult.Given(verdict);
            case TestAnswer.PutOff(var cause, var pause):
                return new AttemptResult.Deferred(now + pause, cause, Tries: 1);
            default:
                throw new InvalidOperationException("Such a question is refused at the door.");
        }
    }
}
