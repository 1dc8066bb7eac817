using System.Collections.Concurrent;
using EmailVerify.Host.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailVerify.Host.Tests.Api;

/// <summary>Keeps what is logged from Information on, as the lines that the console would get.</summary>
internal sealed class CapturedLogs(TimeProvider clock) : ILoggerProvider
{
    private readonly JsonLogFormatter formatter = new(clock);

    public ConcurrentQueue<string> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(CapturedLogs logs, string category) : ILogger
    {
        private readonly LoggerExternalScopeProvider scopes = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            using var line = new StringWriter();
            logs.formatter.Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter), scopes, line);
            logs.Lines.Enqueue(line.ToString());
        }
    }
}
