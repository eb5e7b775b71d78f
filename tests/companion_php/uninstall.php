<?php
/**
 * Deletes the plugin from a database of a few rows; prints what is left of them.
 *
 * php uninstall.php FOLDER-OF-THE-PLUGIN
 */

define( 'WP_UNINSTALL_PLUGIN', 'askback-companion/askback-companion.php' );

class Database {
	public $prefix = 'wp_';
	public $options = 'wp_options';
	public $sessions = array();
	public $deleted = array();
	public function esc_like( $text ) { return addcslashes( $text, '_%\\' ); }
	public function prepare( $query, ...$said ) { return array( $query, $said ); }
	public function get_var( $prepared ) { return 'wp_woocommerce_sessions'; }
	public function query( $prepared ) { $this->deleted[] = $prepared[1][0]; }
	public function get_results( $prepared ) {
		list( $last, $like ) = $prepared[1];
		$found = array();
		foreach ( $this->sessions as $id => $value ) {
			if ( $id > $last && false !== strpos( $value, trim( $like, '%' ) ) ) { $found[] = (object) array( 'session_id' => $id, 'session_value' => $value ); }
		}
		return array_slice( $found, 0, 1 );
	}
	public function update( $table, $set, $where ) { $this->sessions[ $where['session_id'] ] = $set['session_value']; }
}

$GLOBALS['options'] = array( 'askback_companion' => array(), 'woocommerce_currency' => 'ILS' );
function delete_option( $name ) { unset( $GLOBALS['options'][ $name ] ); }
function maybe_serialize( $value ) { return is_array( $value ) ? serialize( $value ) : $value; }
function maybe_unserialize( $text ) { return unserialize( $text ); }

$wpdb           = new Database();
$wpdb->sessions = array_map(
	'serialize',
	array(
		3 => array( 'cart' => 'hers', 'askback_companion' => 'key' ),
		4 => array( 'cart' => 'a "askback_companion" mug' ),
		5 => array( 'askback_companion' => 'key', 'customer' => 'another' ),
	)
);

require $argv[1] . '/uninstall.php';

echo json_encode(
	array(
		'options'  => array_keys( $GLOBALS['options'] ),
		'deleted'  => $wpdb->deleted,
		'sessions' => array_map( 'unserialize', array_values( $wpdb->sessions ) ),
	)
);
