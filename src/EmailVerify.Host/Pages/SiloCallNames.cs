using System.Reflection;
using Orleans.Dashboard;

namespace EmailVerify.Host.Pages;

/// <summary>
/// What the calls of grains are called on the dashboard. By itself it names the methods that Orleans makes of ours: the steps of an enumeration for what is asked of a lane, one and the same name for
/// every timer. An operator is to see what they do.
/// </summary>
internal static class SiloCallNames
{
    // The package takes a formatter of this type and keeps the type to itself. Where another version has none, its own names are shown.
    private const string Formatter = "Orleans.Dashboard.Implementation.GrainProfilerFilter+GrainMethodFormatterDelegate";

    // What Orleans calls where a timer of a grain goes off. Each of our grains has one.
    private const string Timer = "InvokeCallbackAsync";

    /// <summary>Has the dashboard of a silo name calls so. Before the dashboard is added.</summary>
    public static void Add(IServiceCollection services)
    {
        if (typeof(DashboardOptions).Assembly.GetType(Formatter) is { } type
            && Delegate.CreateDelegate(type, typeof(SiloCallNames).GetMethod(nameof(NameOf), BindingFlags.NonPublic | BindingFlags.Static)!, throwOnBindFailure: false) is { } format)
            services.AddSingleton(type, format);
    }

    /// <summary>Names a call.</summary>
    /// <param name="grain">The grain's class.</param>
    /// <param name="method">The method that is called in the end.</param>
    internal static string Of(string grain, string method) => (grain, method) switch
    {
        ("LaneGrain", "StartEnumeration") => "Ask (a group is handed over)",
        ("LaneGrain", "MoveNext") => "Ask (its next answers are waited for)",
        ("LaneGrain", "DisposeAsync") => "Ask (the group is done)",
        ("LaneGrain", Timer) => "Timer (remembers its rates and rests)",
        ("BatchGrain", Timer) => "Timer (looks after its workers)",
        ("DomainGrain", Timer) => "Timer (has decoys asked about before what is known decays)",
        ("EgressRosterGrain", "SeeAsync") => "See (a silo says which egresses it has)",
        ("RetryGrain", Timer) => "Timer (asks again about what is due)",
        (_, "ReceiveReminder") => "Reminder (wakes after a restart)",
        _ => method.EndsWith("Async", StringComparison.Ordinal) ? method[..^"Async".Length] : method,
    };

    // A method that stands for an interface's has that before its name.
    private static string NameOf(IIncomingGrainCallContext call)
    {
        var name = call.ImplementationMethod?.Name ?? "Unknown";
        return Of(call.Grain.GetType().Name, name[(name.LastIndexOf('.') + 1)..]);
    }
}
