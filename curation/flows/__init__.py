"""What a command does where it takes several rooms: values in, a result out, no terminal."""
