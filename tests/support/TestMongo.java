import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.util.List;
import java.util.Set;
import org.h2.mvstore.MVStore;

/** Speaks MongoDB's protocol: TestMongo PORT FILE. Prints its port once it takes connections. */
public final class TestMongo extends H2Backend {
    private static final Set<String> WRITES = Set.of(
            "insert", "update", "delete", "findAndModify", "findandmodify", "create", "drop",
            "dropDatabase", "renameCollection", "createIndexes", "dropIndexes", "deleteIndexes");

    private TestMongo(MVStore store) {
        super(store);
    }

    /**
     * Handles one command at a time. The reply is a copy, because a later write would show through
     * while it is being sent. A write is in the file before it is acknowledged.
     */
    @Override
    public synchronized Document handleMessage(MongoMessage message) {
        String command = message.getDocument().keySet().iterator().next();
        Document reply = super.handleMessage(message).cloneDeeply();
        if (WRITES.contains(command)) {
            commit();
        }
        return reply;
    }

    /** Version 5.0, with the protocol version that drivers expect of it. */
    private static final class Version implements MongoVersion {
        @Override
        public List<Integer> getVersionArray() {
            return List.of(5, 0, 0);
        }

        @Override
        public int getWireVersion() {
            return 13;
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        TestMongo backend = new TestMongo(new MVStore.Builder().fileName(arguments[1]).open());
        backend.version(new Version());
        MongoServer server = new MongoServer(backend);
        server.bind("127.0.0.1", Integer.parseInt(arguments[0]));
        System.out.println(server.getLocalAddress().getPort());
        Thread.currentThread().join();
    }
}
