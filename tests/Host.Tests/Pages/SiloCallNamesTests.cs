using EmailVerify.Host.Pages;
using Microsoft.Extensions.DependencyInjection;

namespace EmailVerify.Host.Tests.Pages;

public sealed class SiloCallNamesTests
{
    // The package keeps the type to itself: a new version may have another.
    [Fact]
    public void Add_WithThisPackage_IsTakenByIt()
    {
        var services = new ServiceCollection();
        SiloCallNames.Add(services);
        Assert.IsAssignableFrom<Delegate>(Assert.Single(services).ImplementationInstance);
    }

    [Theory]
    [InlineData("LaneGrain", "MoveNext", "Ask (its next answers are waited for)")]
    [InlineData("BatchGrain", "InvokeCallbackAsync", "Timer (looks after its workers)")]
    [InlineData("RetryGrain", "ReceiveReminder", "Reminder (wakes after a restart)")]
    [InlineData("EmailGrain", "VerifyAsync", "Verify")]
    [InlineData("ManagementGrain", "GetRuntimeStatistics", "GetRuntimeStatistics")]
    public void Of_ACall_SaysWhatItDoes(string grain, string method, string name) => Assert.Equal(name, SiloCallNames.Of(grain, method));
}
