using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Sqlite.Files;
using RealTimeActors.Persistence.Sqlite.Work;

namespace RealTimeActors.Persistence.Sqlite.Reading;

/// <summary>One thread that looks things up, in the order in which they were given to it.</summary>
internal sealed class ReaderThread : IDisposable
{
    private readonly string _file;
    private readonly Action<ReadWork> _onDone;
    private readonly Queue<ReadWork> _waiting = new();
    private readonly Thread _thread;
    private StreamReader? _reader;
    private bool _isClosing;

    /// <param name="file">The file.</param>
    /// <param name="number">For the thread's name.</param>
    /// <param name="onDone">Called after the look and before the answer is told.</param>
    internal ReaderThread(string file, int number, Action<ReadWork> onDone)
    {
        _file = file;
        _onDone = onDone;
        _reader = new StreamReader(file);
        _thread = new Thread(Run) { Name = $"journal reader {number}", IsBackground = true };
        _thread.Start();
    }

    internal void Add(ReadWork work)
    {
        lock (_waiting)
        {
            _waiting.Enqueue(work);
            if (_waiting.Count == 1)
                Monitor.Pulse(_waiting);
        }
    }

    /// <summary>Ends when what waits is done.</summary>
    public void Dispose()
    {
        Close();
        _thread.Join();
        _reader?.Dispose();
    }

    private void Close()
    {
        lock (_waiting)
        {
            _isClosing = true;
            Monitor.Pulse(_waiting);
        }
    }

    private void Run()
    {
        while (TryTake(out var work))
        {
            var reply = Look(work);
            _onDone(work);
            work.Tell(work.Clamp(reply));
        }
    }

    private bool TryTake(out ReadWork work)
    {
        lock (_waiting)
        {
            while (!_waiting.TryDequeue(out work!))
            {
                if (_isClosing)
                    return false;

                Monitor.Wait(_waiting);
            }

            return true;
        }
    }

    private JournalReply Look(ReadWork work)
    {
        try
        {
            _reader ??= new StreamReader(_file);
            return work.Run(_reader);
        }
        catch (SqliteFailure failure)
        {
            // A connection that met an error is not trusted again: the next look opens another.
            _reader?.Dispose();
            _reader = null;
            return work.Failed(failure.Fault, failure.Reason);
        }
    }
}
