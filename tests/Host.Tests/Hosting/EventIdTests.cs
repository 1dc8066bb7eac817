using System.Reflection;
using EmailVerify.Host.Hosting;
using Microsoft.Extensions.Logging;

namespace EmailVerify.Host.Tests.Hosting;

public sealed class EventIdTests
{
    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    [Fact]
    public void EventIds_OfAllThatIsLogged_AreUnique()
    {
        var host = typeof(OpenedData).Assembly;
        var assemblies = host.GetReferencedAssemblies().Where(name => name.Name!.StartsWith("EmailVerify.", StringComparison.Ordinal)).Select(name => Assembly.Load(name)).Append(host);
        var messages = (
            from assembly in assemblies
            from type in assembly.GetTypes()
            from method in type.GetMethods(Declared)
            let message = method.GetCustomAttribute<LoggerMessageAttribute>()
            where message is not null
            select (Id: message.EventId, Place: $"{type.FullName}.{method.Name}")).ToList();

        Assert.Contains(messages, message => message.Place.Contains(".Grains.", StringComparison.Ordinal));
        Assert.Contains(messages, message => message.Place.Contains(".Adapters.", StringComparison.Ordinal));
        Assert.Empty(messages.GroupBy(message => message.Id).Where(same => same.Skip(1).Any()).Select(same => $"{same.Key}: {string.Join(", ", same.Select(message => message.Place))}"));
    }
}
