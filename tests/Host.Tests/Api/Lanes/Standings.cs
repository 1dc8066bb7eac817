using EmailVerify.Core.Lanes;

namespace EmailVerify.Host.Tests.Api.Lanes;

internal static class Standings
{
    public static ProviderStanding Of(string provider, double rate, int sessions, Circuit circuit = Circuit.Closed, Obstacle why = Obstacle.None, DateTimeOffset? until = null) =>
        new(provider, new RegimeStanding(rate, 1.0 / 60, 10, sessions, 5, circuit, until, why, 0.125, 0.3), WaitingInPerson: 1, WaitingOfBatches: 20);
}
