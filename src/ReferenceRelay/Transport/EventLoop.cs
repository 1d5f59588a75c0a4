using System.ComponentModel;
using System.Runtime.InteropServices;

namespace CoralMux.ReferenceRelay.Transport;

/// <summary>A thread that waits for many sockets at once and runs what waits for them, right there. Edge-triggered: a socket that nobody reads costs
/// nothing, and one that is read costs one system call per receive, none to wait again.</summary>
internal sealed unsafe class EventLoop
{
    private const int Capacity = 256;

    private static readonly Lazy<EventLoop[]> Loops = new(() =>
        [.. Enumerable.Range(0, Math.Clamp(Environment.ProcessorCount, 1, 16)).Select(index => new EventLoop(index))]);

    private static int s_next;

    private readonly int _epoll;
    private readonly Lock _gate = new();

    // Written under _gate, read by the loop without it: an event for a slot that has just changed hands is a false alarm, and those are allowed.
    private EpollSocket?[] _sockets = new EpollSocket?[64];
    private readonly Stack<int> _free = new();
    private int _used;

    private EventLoop(int index)
    {
        _epoll = Epoll.Create(Epoll.CloseOnExec);
        if (_epoll < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        new Thread(Run) { IsBackground = true, Name = $"loop {index}" }.Start();
    }

    /// <summary>Spreads sockets over the loops, one after the other.</summary>
    public static EventLoop Next()
    {
        var loops = Loops.Value;
        return loops[(uint)Interlocked.Increment(ref s_next) % (uint)loops.Length];
    }

    /// <returns>The slot, to be given back with <see cref="Remove"/>.</returns>
    public int Add(EpollSocket socket, SafeHandle descriptor)
    {
        int slot;
        lock (_gate)
        {
            if (!_free.TryPop(out slot))
                slot = _used++;
            if (slot == _sockets.Length)
            {
                var larger = _sockets;
                Array.Resize(ref larger, 2 * slot);
                Volatile.Write(ref _sockets, larger);
            }

            _sockets[slot] = socket;
        }

        var change = stackalloc byte[Epoll.EventSize];
        *(uint*)change = Epoll.In | Epoll.Out | Epoll.ReadHangUp | Epoll.EdgeTriggered;
        *(ulong*)(change + Epoll.DataOffset) = (ulong)slot;
        if (Epoll.Control(_epoll, Epoll.Add, descriptor, change) >= 0)
            return slot;

        var error = Marshal.GetLastPInvokeError();
        Remove(slot);
        throw new IOException(Marshal.GetPInvokeErrorMessage(error));
    }

    public void Remove(int slot)
    {
        lock (_gate)
        {
            _sockets[slot] = null;
            _free.Push(slot);
        }
    }

    private void Run()
    {
        int size = Epoll.EventSize, data = Epoll.DataOffset;
        var events = stackalloc byte[Capacity * size];
        while (true)
        {
            var count = Epoll.Wait(_epoll, events, Capacity, -1);
            if (count < 0)
            {
                if (Marshal.GetLastPInvokeError() == Epoll.Interrupted)
                    continue;
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            }

            var sockets = Volatile.Read(ref _sockets);
            for (var one = events; count > 0; count--, one += size)
                sockets[*(ulong*)(one + data)]?.OnEvent(*(uint*)one);
        }
    }
}
