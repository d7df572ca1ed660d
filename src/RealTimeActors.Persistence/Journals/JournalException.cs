namespace RealTimeActors.Persistence.Journals;

/// <summary>A store could not be opened or read. The message names it and says what to do, and holds no secret.</summary>
public abstract class JournalException : Exception
{
    /// <summary>What is known of it.</summary>
    protected JournalException(JournalFault fault, string message, Exception? inner)
        : base(message, inner) => Fault = fault;

    /// <summary>What kind of fault it is.</summary>
    public JournalFault Fault { get; }
}
