using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace RealTimeActors.Edge.Tests.Support;

/// <summary>Every line that is logged, by anybody, at any level, with its exception.</summary>
internal sealed class LogCapture : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();

    internal IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>How many lines have this in them.</summary>
    internal int Count(string text) => _lines.Count(line => line.Contains(text, StringComparison.Ordinal));

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    internal ILogger<T> For<T>() => new LoggerFactory([this], new LoggerFilterOptions { MinLevel = LogLevel.Trace }).CreateLogger<T>();

    private sealed class Logger(LogCapture capture, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            capture._lines.Enqueue($"scope {state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            capture._lines.Enqueue($"{logLevel} {category} {formatter(state, exception)} {exception}");
    }
}
